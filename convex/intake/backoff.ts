// How long a raw event waits between attempts to process it. Pure.

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** Conflicts and restarts pass within seconds, a broken deployment within the hour; after that a person must look. */
const DELAYS_MS = [5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS];

/** Milliseconds until the next attempt after `failedAttempts` failed ones (≥ 1); null when it has had enough. */
export function retryDelayMs(failedAttempts: number): number | null {
  return DELAYS_MS[failedAttempts - 1] ?? null;
}
