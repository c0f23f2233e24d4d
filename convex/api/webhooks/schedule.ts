import { HOUR_MS, MINUTE_MS } from "../../lib/time";

const SECOND_MS = 1_000;

/** Waits between the tries (Standard Webhooks 1.0.0, providers.md section 18); the first is made at once. */
export const WAITS_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
] as const;

/** Waits vary by ±10 %, so that what failed together does not come back together. */
const JITTER = 0.1;

/** An endpoint that only failed for so long is switched off. */
export const GIVE_UP_AFTER_MS = 5 * 24 * HOUR_MS;

const GONE = 410;
const CHARS_OF_ANSWER = 1_000;

/** What an endpoint said, or that it said nothing. */
export type Answer = { status: number | null; reason?: string; retryAfterMs?: number };

/** What follows a try. */
export type Next =
  | { kind: "delivered" }
  | { kind: "retry"; inMs: number; reason: string }
  | { kind: "failed"; reason: string; isGone: boolean };

/**
 * Only 2xx is success; 3xx is a failure and never followed; 410 ends the endpoint; a Retry-After stretches the wait but
 * never shortens it. `tries`: made so far, this one included. `unit`: 0 to 1, for the jitter.
 */
export function nextOf({ status, reason, retryAfterMs = 0 }: Answer, tries: number, unit: number): Next {
  if (status !== null && status >= 200 && status < 300) return { kind: "delivered" };
  const why = reason ?? `It answered ${status ?? "nothing"}.`;
  if (status === GONE) return { kind: "failed", reason: "It is gone for good (410).", isGone: true };
  const waitMs = WAITS_MS[tries - 1];
  if (waitMs === undefined) return { kind: "failed", reason: why, isGone: false };
  const spread = waitMs * (1 - JITTER + 2 * JITTER * unit);
  return { kind: "retry", inMs: Math.round(Math.max(spread, retryAfterMs)), reason: why };
}

/** The beginning of an endpoint's answer, as the delivery log keeps it. */
export function shortAnswer(text: string): string | undefined {
  return text === "" ? undefined : text.slice(0, CHARS_OF_ANSWER);
}
