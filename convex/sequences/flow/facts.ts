import type { SegmentFinding } from "../../contacts/segments/schema";
import type { Channel, Purpose } from "../../lib/closedSets";
import type { FactValue } from "../../lib/conditions";
import type { Standing } from "../planner";
import type { Anchors, ChosenZone } from "../timing";
import type { Outcome } from "./schema";

/** What a journey is decided by: all that is known of one person and one booking. Pure data, gathered by the caller. */
export type FlowFacts = {
  anchors: Anchors;
  standing: Standing;
  zone: ChosenZone;
  /** UTC ms: where the path begins. */
  enrolledAt: number;
  /** By key, such as "booking.title", "contact.language", "contact.tags", "contact.attributes.level". */
  values: Readonly<Record<string, FactValue>>;
  /** `purpose:channel` of every consent in force. */
  consents: ReadonlySet<`${Purpose}:${Channel}`>;
  /** Channels on which the person can be reached. */
  channels: ReadonlySet<Channel>;
  /** When the messages of this journey came to what, by step id. */
  outcomes: Readonly<Record<string, Partial<Record<Outcome, number>>>>;
  /** Segments that are asked for, by id: whether the person is in, and why. One that is missing is gone. */
  segments?: ReadonlyMap<string, SegmentStanding>;
  /** What the person wrote since the enrolment, oldest first. */
  replies: readonly { at: number; text: string }[];
  /** When they complained, if that is open; absent unless a journey asks. */
  complainedAt?: number | null;
  /** Chooses the arm of a split: the same for an enrolment, whatever is asked again. */
  seed: string;
};

/**
 * Whether somebody is in a segment, with its name and which of its tests held. Not what was found: decisions keep this, and
 * stay when the person is erased.
 */
export type SegmentStanding = {
  name: string;
  isIn: boolean;
  findings: readonly Pick<SegmentFinding, "test" | "holds">[];
};
