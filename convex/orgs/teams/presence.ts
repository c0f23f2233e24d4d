// When a member counts as online. Pure; the browser decides by the same numbers.

/** How often an open tab says that it is there. */
export const BEAT_MS = 60_000;

/** Two beats may be lost: background tabs are slowed down by browsers to one timer a minute. */
const ONLINE_MS = 150_000;

/** Somebody who looks says so with every beat; the slack is for a slow network, and for several tabs that take turns. */
const LOOKING_MS = 100_000;

/** True when a tab said lately that somebody looks at it. */
export function isLookingAt(lookedAt: number | null, now: number): boolean {
  return lookedAt !== null && now - lookedAt < LOOKING_MS;
}

/** Several tabs of a member write one row. */
const WRITE_AGAIN_MS = 30_000;

/** True when the last sign of an open tab is fresh. Instants in UTC ms. */
export function isOnlineAt(seenAt: number | null, now: number): boolean {
  return seenAt !== null && now - seenAt < ONLINE_MS;
}

/** True when the last sign is old enough to be worth a write. */
export function mayNoteAgain(seenAt: number, now: number): boolean {
  return now - seenAt >= WRITE_AGAIN_MS;
}
