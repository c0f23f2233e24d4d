// How long a report about an unknown message waits for it. Pure.

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The answer to a send is recorded within moments; an attempt whose answer is lost is reconciled after its lease of a
 * minute; a person may decide about it within the day. After that the message is not ours.
 */
const DELAYS_MS = [2 * SECOND_MS, 15 * SECOND_MS, 75 * SECOND_MS, 10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS];

/** Milliseconds until the next look after `tries` fruitless ones (≥ 1); null when it has waited long enough. */
export function nextLookMs(tries: number): number | null {
  return DELAYS_MS[tries - 1] ?? null;
}
