import type { ThreadStatus } from "../lib/closedSets";
import { isLate, isPaused, withPause, withoutPause, type Pause } from "./clock";
import type { ClockKind } from "./sets";

// What happens to the clocks of a thread when something happens to the thread (product.md 6.2 rules 3, 4 and 8). Pure.

/**
 * A person of the customer's wrote; work without a customer began, which nobody answers but somebody resolves; a person of the team answered publicly; anything else about the thread changed.
 * Notes, automatic answers and messages of sequences are none of these. An answer that can still be taken back is pressed
 * first: it counts from there once it has left (`answered`), and not at all when it was taken back.
 */
export type Happening = "customer_wrote" | "begun" | "answered" | "answer_pressed" | "answer_taken_back" | "changed";

export type ClockState =
  { kind: "running" } | { kind: "paused" } | { kind: "met" | "missed" | "cancelled"; at: number };

export type Clock = {
  kind: ClockKind;
  startedAt: number;
  pauses: readonly Pause[];
  state: ClockState;
  dueAt?: number | undefined;
  breachedAt?: number | undefined;
  /** When an answer was pressed that can still be taken back. */
  heldAnswerAt?: number | undefined;
};

type Moved = { state: ClockState; pauses: Pause[]; heldAnswerAt?: number | undefined };
type Change = { happening: Happening; status: ThreadStatus; now: number };

/** True for a clock that has not ended. */
export function isActive({ kind }: ClockState): boolean {
  return kind === "running" || kind === "paused";
}

const isDone = (status: ThreadStatus) => status === "resolved" || status === "closed";

/** What a clock is after the change; the same where it does not concern it. */
export function settled(clock: Clock, change: Change): Moved {
  switch (clock.kind) {
    case "first_response":
    case "next_response":
      return { ...settledResponse(clock, change), heldAnswerAt: heldAfter(clock, change) };
    case "resolution":
      return settledResolution(clock, change);
    case "escalation":
      return { ...settledEscalation(clock, change), heldAnswerAt: heldAfter(clock, change) };
  }
}

/** True where an answer that was held has left, or was taken back. */
export function endsHold(happening: Happening): boolean {
  return happening === "answered" || happening === "answer_taken_back";
}

/** Of several answers that are held the first counts. */
function heldAfter({ state, heldAnswerAt }: Clock, { happening, now }: Change): number | undefined {
  if (endsHold(happening)) return undefined;
  return happening === "answer_pressed" && isActive(state) ? (heldAnswerAt ?? now) : heldAnswerAt;
}

// Response clocks do not pause. Closing without an answer gives them up; whoever takes the closing back gets them back.
// An answer that is held counts from its press, also where the thread is closed before it leaves.
function settledResponse(clock: Clock, { happening, status, now }: Change): Moved {
  const { state, heldAnswerAt } = clock;
  if (isActive(state)) {
    if (happening === "answered") return ended(clock, heldAnswerAt ?? now);
    const isAnswered = heldAnswerAt !== undefined && happening !== "answer_taken_back";
    if (!isDone(status)) return unchanged(clock);
    return isAnswered ? ended(clock, heldAnswerAt) : { ...unchanged(clock), state: { kind: "cancelled", at: now } };
  }
  if (heldAnswerAt !== undefined && happening === "answer_taken_back") {
    const given: ClockState = isDone(status) ? { kind: "cancelled", at: now } : { kind: "running" };
    return { ...unchanged(clock), state: given };
  }
  if (state.kind !== "cancelled" || happening !== "changed" || isDone(status)) return unchanged(clock);
  const pauses = withoutPause(withPause(clock.pauses, state.at, "closed"), now);
  return { state: { kind: "running" }, pauses };
}

// Time while resolved is a pause of the same clock, and so is waiting for the customer.
function settledResolution(clock: Clock, { status, now }: Change): Moved {
  const { state } = clock;
  if (isDone(status)) return isActive(state) ? ended(clock, now) : unchanged(clock);
  const reopened = "at" in state ? withoutPause(withPause(clock.pauses, state.at, "resolved"), now) : [...clock.pauses];
  if (status === "waiting_customer") {
    return { state: { kind: "paused" }, pauses: withPause(reopened, now, "waiting_customer") };
  }
  return { state: { kind: "running" }, pauses: isPaused(reopened) ? withoutPause(reopened, now) : reopened };
}

function settledEscalation(clock: Clock, { happening, status, now }: Change): Moved {
  const isOver = happening === "answered" || status !== "escalated";
  if (!isActive(clock.state) || !isOver) return unchanged(clock);
  return ended(clock, happening === "answered" ? (clock.heldAnswerAt ?? now) : now);
}

function unchanged({ state, pauses }: Clock): Moved {
  return { state, pauses: [...pauses] };
}

function ended({ pauses, dueAt, breachedAt }: Clock, now: number): Moved {
  const isMissed = breachedAt !== undefined || isLate(now, dueAt);
  return { state: { kind: isMissed ? "missed" : "met", at: now }, pauses: withoutPause(pauses, now) };
}

/**
 * The clocks that start with the change, with their start. `clocks` are the newest of the thread after `settled`;
 * `statusBefore` is undefined for a thread that had none. More messages of the customer start nothing new.
 */
export function startsWith(
  clocks: readonly Clock[],
  { happening, status, now }: Change,
  { createdAt, statusBefore }: { createdAt: number; statusBefore: ThreadStatus | undefined },
): { kind: ClockKind; startedAt: number }[] {
  const starts: { kind: ClockKind; startedAt: number }[] = [];
  const runs = (kind: ClockKind) => clocks.some((clock) => clock.kind === kind && isActive(clock.state));
  if (happening === "customer_wrote" && !runs("first_response") && !runs("next_response")) {
    starts.push({ kind: wasAnswered(clocks) ? "next_response" : "first_response", startedAt: now });
  }
  const isKnown = clocks.some(({ kind }) => kind === "resolution");
  const hasSpoken = happening === "customer_wrote" || happening === "begun" || happening === "answered";
  if (!isKnown && hasSpoken && !isDone(status)) starts.push({ kind: "resolution", startedAt: createdAt });
  const isNewlyEscalated = status === "escalated" && statusBefore !== "escalated" && happening !== "answered";
  if (isNewlyEscalated && !runs("escalation")) starts.push({ kind: "escalation", startedAt: now });
  return starts;
}

/** True once the first response was given; the next ones start only then. */
function wasAnswered(clocks: readonly Clock[]): boolean {
  return clocks.some(
    ({ kind, state }) =>
      kind === "next_response" || (kind === "first_response" && (state.kind === "met" || state.kind === "missed")),
  );
}
