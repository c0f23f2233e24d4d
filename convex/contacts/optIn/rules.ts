// When a confirmation may be asked for (providers.md 21.1: the link ends after seven days; no reminder spam).

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** How long a link can be used. */
export const OPT_IN_LIFETIME_MS = 7 * DAY_MS;

/** Messages about one request: the first, and two more for those who cannot find it. */
export const MAX_SENDS = 3;

/** A mail takes its time; asking again before that brings two. */
export const RESEND_AFTER_MS = 15 * MINUTE_MS;

/** Requests to one address a day: more would make us a way to bother somebody. */
export const MAX_REQUESTS_PER_DAY = 3;

type Request = { requestedAt: number; expiresAt: number; lastSentAt: number; sends: number; isConfirmed: boolean };

/** What asking (again) leads to. */
export type AskDecision =
  { kind: "new" } | { kind: "resend" } | { kind: "refuse"; reason: "too_soon" | "too_often"; retryAt: number };

/**
 * Decides by the newest request for the same thing and all requests to the address within a day. A link that still works
 * is sent again, until it was sent often enough; then, and after it ended, a new one is made, unless there were too many.
 */
export function decideAsk(
  newest: Request | null,
  toAddress: readonly { requestedAt: number }[],
  now: number,
): AskDecision {
  if (newest !== null && !newest.isConfirmed && newest.expiresAt > now) {
    const mayAgainAt = newest.lastSentAt + RESEND_AFTER_MS;
    if (now < mayAgainAt) return { kind: "refuse", reason: "too_soon", retryAt: mayAgainAt };
    if (newest.sends < MAX_SENDS) return { kind: "resend" };
    return { kind: "refuse", reason: "too_often", retryAt: newest.expiresAt };
  }
  const recent = toAddress.filter(({ requestedAt }) => now - requestedAt < DAY_MS);
  if (recent.length < MAX_REQUESTS_PER_DAY) return { kind: "new" };
  const oldest = Math.min(...recent.map(({ requestedAt }) => requestedAt));
  return { kind: "refuse", reason: "too_often", retryAt: oldest + DAY_MS };
}
