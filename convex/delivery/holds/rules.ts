import type { Doc } from "../../_generated/dataModel";
import { HOUR_MS } from "../../lib/time";
import type { SourceKind } from "../schema";
import { HOLD_CAUSES, type HoldCause } from "./schema";
import type { Settings } from "../settings/schema";

/** Who sends by themselves; what members write, and what somebody asked for, always goes. */
const SENDS_BY_ITSELF: Record<SourceKind, boolean> = {
  sequence: true,
  api: true,
  agent: false,
  system: false,
  test: false,
};

/** True for a source that writes to people without anybody having pressed "Send". */
export function isAutomatic({ kind }: { kind: SourceKind }): boolean {
  return SENDS_BY_ITSELF[kind];
}

type HumanFirst = Settings["humanFirst"];
type Holdable = Pick<Doc<"messageQueue">, "source" | "lane" | "purpose" | "emergency" | "passesHolds">;
export type Span = Pick<Doc<"personHolds">, "until">;

/**
 * True for a message that waits while a person of the team talks with its recipient (product.md O-4): automatic, of a
 * purpose that is to wait, not urgent, and not let through by a member.
 */
export function waitsForPeople({ source, lane, purpose, ...row }: Holdable, settings: HumanFirst): boolean {
  if (!settings.isEnabled || lane === "critical" || row.emergency !== undefined) return false;
  return row.passesHolds !== true && isAutomatic(source) && settings.purposes.includes(purpose);
}

/** The one of several holds that lasts longest at an instant, or null when none stands then. */
export function longestHold<Hold extends Span>(holds: readonly Hold[], at: number): Hold | null {
  const end = ({ until }: Span) => until ?? Infinity;
  const standing = holds.filter((hold) => end(hold) > at);
  return standing.reduce<Hold | null>((longest, hold) => {
    return longest === null || end(hold) > end(longest) ? hold : longest;
  }, null);
}

/** The reason a held message shows; screens say it in words. */
export function holdReason(cause: HoldCause): `human_first_${HoldCause}` {
  return `human_first_${cause}`;
}

/** True for a message that is kept back because of a talk, not by a pause. */
export function isHeldForTalk({ state }: Pick<Doc<"messageQueue">, "state">): boolean {
  return state.kind === "held" && HOLD_CAUSES.some((cause) => state.reason === holdReason(cause));
}

/** True for a message that waited for people for so long, in ms, that it says nothing to its recipient any more. */
export function waitedTooLong(heldMs: number, settings: HumanFirst): boolean {
  return heldMs > settings.dropsAfterHours * HOUR_MS;
}
