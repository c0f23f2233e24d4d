import { defineTable } from "convex/server";
import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { vPurpose } from "../../lib/closedSets";
import { vComparison, vMatch, vScalar } from "../../lib/conditions";

// Like `vAddressChannel`, which the tables of this folder's parent say with them: importing it here would be a circle.
const vReached = literals("email", "sms", "whatsapp");

/** What is asked of one contact. */
const vSegmentTest = v.union(
  /** What is known by its key: "contact.language", "contact.tags", "contact.account", "contact.attributes.level". */
  v.object({ kind: v.literal("fact"), key: v.string(), comparison: vComparison, value: v.optional(vScalar) }),
  /** To one topic by its key, or to everything of the purpose. */
  v.object({
    kind: v.literal("consent"),
    purpose: vPurpose,
    channel: vReached,
    topic: v.optional(v.string()),
    isGiven: v.boolean(),
  }),
  /** Whether there is an address that can be written to. */
  v.object({ kind: v.literal("channel"), channel: vReached, isAvailable: v.boolean() }),
  /** Whether the address one would write to is blocked for that purpose. */
  v.object({ kind: v.literal("suppressed"), purpose: vPurpose, channel: vReached, isSuppressed: v.boolean() }),
  /** Whether the contact was made in so many days before now (of 24 hours each). */
  v.object({ kind: v.literal("created"), days: v.number(), isWithin: v.boolean() }),
);
export type SegmentTest = Infer<typeof vSegmentTest>;

const vGroup = v.object({ match: vMatch, tests: v.array(vSegmentTest) });

/** Groups of tests, as journeys have them. */
export const vSegmentRule = v.object({ match: vMatch, groups: v.array(vGroup) });
export type SegmentRule = Infer<typeof vSegmentRule>;

/** One test with its answer; of a fact also what is known. */
export const vSegmentFinding = v.object({
  test: vSegmentTest,
  holds: v.boolean(),
  found: v.optional(v.union(vScalar, v.array(v.string()), v.null())),
});
export type SegmentFinding = Infer<typeof vSegmentFinding>;

export const segmentTables = {
  // A saved rule over contacts; who is in it is judged when it is asked, never stored. Written by members; read by
  // journeys. Not deleted: an archived one is offered no more, and journeys that name it go on by its rule.
  segments: defineTable({
    orgId: v.id("organisations"),
    name: v.string(),
    /** The name without case: unique per organisation. Kept by contacts/segments/model. */
    nameKey: v.string(),
    description: v.optional(v.string()),
    rule: vSegmentRule,
    isArchived: v.boolean(),
    updatedAt: v.number(),
  })
    .index("by_org", ["orgId", "isArchived", "nameKey"])
    .index("by_name", ["orgId", "nameKey"]),
};
