// When a mailbox that is "only temporarily" closed is one that nobody reads any more (product.md C-44).

const DAY_MS = 24 * 60 * 60 * 1000;

/** How far back soft bounces count. */
export const SOFT_BOUNCE_WINDOW_MS = 14 * DAY_MS;

/** Messages that came back softly within the window before the address is left alone. */
export const SOFT_BOUNCE_LIMIT = 5;

/** All in one bad day are one broken server, not a dead mailbox: they must spread over this many days. */
export const SOFT_BOUNCE_DAYS = 3;

/** True when these soft bounces (UTC ms, one a message) are enough to stop writing. */
export function areTooMany(times: readonly number[], now: number): boolean {
  const recent = times.filter((at) => now - at <= SOFT_BOUNCE_WINDOW_MS);
  const days = new Set(recent.map((at) => Math.floor(at / DAY_MS)));
  return recent.length >= SOFT_BOUNCE_LIMIT && days.size >= SOFT_BOUNCE_DAYS;
}
