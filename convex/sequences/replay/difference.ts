import type { SkipReason, StepRunState } from "../schema";

// What a replay would have done otherwise than what really happened (product.md O-5). Pure.

/** A message as it went, or would have gone. */
export type Told = { plannedAt: number | null; state: Pick<StepRunState, "kind"> & { reason?: string } };

/** What a message says and by which way: in another version it may be another one. */
export type Wording = { templateId: string; channel: string };

/** One message of one step; at least one of the two is there. */
export type Pair = {
  really: Told | null;
  replayed: Told | null;
  wording: { old: Wording | null; new: Wording | null };
};

/**
 * `same`: as it was. `new`: goes now, and did not. `missing`: went, and does not now. `moved`: at another time.
 * `reworded`: at its time, with another text or by another channel. `neither`: it goes neither way.
 */
export const DIFFERENCES = ["same", "new", "missing", "moved", "reworded", "neither"] as const;
export type Difference = (typeof DIFFERENCES)[number];

/** Reasons that are not the journey's: it wanted the message all the same. */
const STOPPED_BY_OTHERS: ReadonlySet<string> = new Set<SkipReason>([
  "already_sent",
  "no_address",
  "no_consent",
  "suppressed",
  "sequence_paused",
  "cap_reached",
  "cancelled_by_member",
  "stopped_by_delivery",
]);

/** What happens reacts a moment later: differences below this are none. */
const SAME_WITHIN_MS = 60_000;

/** The difference of one message. */
export function differenceOf({ really, replayed, wording }: Pair): Difference {
  const [went, goes] = [isWanted(really), isWanted(replayed)];
  if (!went && !goes) return "neither";
  if (!went) return "new";
  if (!goes) return "missing";
  const [before, now] = [really?.plannedAt ?? null, replayed?.plannedAt ?? null];
  const isSameTime = before === null || now === null ? before === now : Math.abs(before - now) <= SAME_WITHIN_MS;
  if (!isSameTime) return "moved";
  const isSameWords =
    wording.old?.templateId === wording.new?.templateId && wording.old?.channel === wording.new?.channel;
  return isSameWords ? "same" : "reworded";
}

/** Whether the journey wanted it to go, whatever became of it. */
function isWanted(told: Told | null): boolean {
  if (told === null) return false;
  const { kind, reason = "" } = told.state;
  return (kind !== "skipped" && kind !== "cancelled") || STOPPED_BY_OTHERS.has(reason);
}
