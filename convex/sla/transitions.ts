import type { ThreadStatus } from "../lib/closedSets";
import { isLate, isPaused, withPause, withoutPause, type Pause } from "./clock";
import type { ClockKind } from "./sets";

// What happens to the clocks of a thread when something happens to the thread (product.md 6.2 rules 3, 4 and 8). Pure.

/**
 * A person of the customer's wrote; a person of the team answered publicly; anything else about the thread changed.
 * Notes, automatic answers and messages of sequences are none of these.
 */
export type Happening = "customer_wrote" | "answered" | "changed";

export type ClockState =
  { kind: "running" } | { kind: "paused" } | { kind: "met" | "missed" | "cancelled"; at: number };

export type Clock = {
  kind: ClockKind;
  startedAt: number;
  pauses: readonly Pause[];
  state: ClockState;
  dueAt?: number | undefined;
  breachedAt?: number | undefined;
};

type Moved = { state: ClockState; pauses: Pause[] };
type Change = { happening: Happening; status: ThreadStatus; now: number };

/** True for a clock that has not ended. */
export function isActive({ kind }: ClockState): boolean {
  return kind === "running" || kind === "paused";
}

const isDone = (status: ThreadStatus) => status === "resolved" || status === "closed";

/** State and pauses of a clock after the change; the same ones where it does not concern it. */
export function settled(clock: Clock, change: Change): Moved {
  switch (clock.kind) {
    case "first_response":
    case "next_response":
      return settledResponse(clock, change);
    case "resolution":
      return settledResolution(clock, change);
    case "escalation":
      return settledEscalation(clock, change);
  }
}

// Response clocks do not pause. Closing without an answer gives them up; whoever takes the closing back gets them back.
function settledResponse(clock: Clock, { happening, status, now }: Change): Moved {
  const { state } = clock;
  if (isActive(state)) {
    if (happening === "answered") return ended(clock, now);
    return isDone(status) ? { ...unchanged(clock), state: { kind: "cancelled", at: now } } : unchanged(clock);
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
  return isActive(clock.state) && isOver ? ended(clock, now) : unchanged(clock);
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
  if (!isKnown && happening !== "changed" && !isDone(status)) starts.push({ kind: "resolution", startedAt: createdAt });
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
