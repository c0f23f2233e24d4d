import { HOUR_MS, MINUTE_MS } from "../../lib/time";
import type { PushOutcome } from "./schema";

// When a push is sent, sent again, or not. Pure.

const SECOND_MS = 1_000;

/** Waits between the tries of one push; afterwards the bell has it alone. */
const WAITS_MS = [10 * SECOND_MS, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS] as const;

/** However long a push service asks for, later than this a push is no news any more. */
const LONGEST_WAIT_MS = HOUR_MS;

/** Push services keep a push so long for a phone without a network. */
export const TIME_TO_LIVE_S = (12 * HOUR_MS) / SECOND_MS;

/** Whoever looks sees the bell; who still has not read it after so long is not where they look. */
const PATIENCE_MS = 15 * MINUTE_MS;

/** Somebody's turn to look comes up again so often. */
export const LOOK_AGAIN_MS = MINUTE_MS;

/** True while a member who looks at the app is left alone with the bell. Instants in UTC ms. */
export function isWaitedFor(newsAt: number, now: number): boolean {
  return now - newsAt < PATIENCE_MS;
}

/** What an answer of a push service means (RFC 8030 section 5, RFC 8292 section 4.2). */
export function outcomeOf(status: number, retryAfterMs?: number): PushOutcome {
  if (status >= 200 && status < 300) return { kind: "sent" };
  if (status === 404 || status === 410) return { kind: "gone" };
  const isPassing = status === 408 || status === 429 || status >= 500;
  return { kind: "failed", reason: `The push service answered ${status}.`, retryAfterMs, isFinal: !isPassing };
}

/** Ms until the next try after `tries` of them, or null: the push is given up. A Retry-After stretches the wait. */
export function nextTryIn(outcome: PushOutcome, tries: number): number | null {
  if (outcome.kind !== "failed" || outcome.isFinal) return null;
  const waitMs = WAITS_MS[tries - 1];
  if (waitMs === undefined) return null;
  const { retryAfterMs = 0 } = outcome;
  return retryAfterMs > LONGEST_WAIT_MS ? null : Math.max(waitMs, retryAfterMs);
}
