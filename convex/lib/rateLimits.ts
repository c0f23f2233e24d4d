import { HOUR, MINUTE, RateLimiter } from "@convex-dev/rate-limiter";
import { components } from "../_generated/api";
import { appError } from "./errors";

/**
 * The named limits of everything strangers can reach. Keys: e-mail address for sign-in and sign-up, source or channel
 * id for webhooks, token hash for links.
 */
export const rateLimiter = new RateLimiter(components.rateLimiter, {
  // A person mistypes a few times; a guesser tries thousands. Failed attempts are counted by the auth library besides.
  signIn: { kind: "token bucket", rate: 10, period: MINUTE, capacity: 10 },
  // Accounts for one address: once is the rule, a few more after typing errors.
  signUp: { kind: "token bucket", rate: 5, period: HOUR, capacity: 5 },
  // All addresses together: keeps password hashing from becoming a way to burn the machine's time.
  signInAll: { kind: "token bucket", rate: 300, period: MINUTE, capacity: 300 },
  // Asking for a new password: whether or not there is such an account, and all addresses together.
  passwordReset: { kind: "token bucket", rate: 3, period: HOUR, capacity: 3 },
  passwordResetAll: { kind: "token bucket", rate: 60, period: MINUTE, capacity: 60 },
  // Invitations one workspace mails, so that it is no way to write to strangers.
  invitationMail: { kind: "token bucket", rate: 50, period: HOUR, capacity: 50 },
  // A booking system sends bursts after an outage of its own: 10 a second sustained, 300 at once.
  webhook: { kind: "token bucket", rate: 600, period: MINUTE, capacity: 300 },
  // Reports that only a secret address vouches for, of one provider account: a campaign's come by the thousand within
  // minutes. Several shards, so that webhooks of one connection do not wait for one row.
  providerWebhook: { kind: "token bucket", rate: 60_000, period: MINUTE, capacity: 60_000, shards: 16 },
  // Unsubscribe and invitation links: opened by hand, or by a mail scanner a few times.
  publicLink: { kind: "token bucket", rate: 30, period: MINUTE, capacity: 30 },
  // One public sign-up form: a shop's busiest minute; beyond it somebody fills it by machine.
  signUpForm: { kind: "token bucket", rate: 60, period: MINUTE, capacity: 120 },
  // One caller of such forms. An office or a mobile network's many people may share an address.
  signUpCaller: { kind: "token bucket", rate: 30, period: HOUR, capacity: 10 },
  // One outside system over the REST API: 20 calls a second sustained, each up to a hundred messages; 600 at once.
  apiCall: { kind: "token bucket", rate: 1_200, period: MINUTE, capacity: 600 },
  // Answers one channel gives by itself at night: a shop's busiest hour; beyond it something answers itself.
  autoResponse: { kind: "fixed window", rate: 100, period: HOUR },
  // Workspaces one person founds: a few while trying things out.
  createOrganisation: { kind: "token bucket", rate: 10, period: HOUR, capacity: 5 },
});

type LimitName =
  | "signIn"
  | "signUp"
  | "signInAll"
  | "passwordReset"
  | "passwordResetAll"
  | "invitationMail"
  | "webhook"
  | "providerWebhook"
  | "publicLink"
  | "signUpForm"
  | "signUpCaller"
  | "apiCall"
  | "createOrganisation";
type LimitCtx = Parameters<typeof rateLimiter.limit>[0];

/** Takes one token of `name` for `key`. Throws AppError `rate_limited` with `retryAfterMs` when there is none. */
export async function takeToken(ctx: LimitCtx, name: LimitName, key: string): Promise<void> {
  const status = await rateLimiter.limit(ctx, name, { key });
  if (status.ok) return;
  throw appError("rate_limited", "Too many attempts. Wait a moment, then try again.", {
    retryAfterMs: Math.ceil(status.retryAfter),
  });
}

/** What is left of `key`'s bucket, right after a token was taken; `resetMs` until it is full again. */
export async function tokensLeft(
  ctx: LimitCtx,
  name: LimitName,
  key: string,
): Promise<{ limit: number; remaining: number; resetMs: number }> {
  const { value, config } = await rateLimiter.getValue(ctx, name, { key });
  const limit = config.capacity ?? config.rate;
  const remaining = Math.max(0, Math.floor(value));
  return { limit, remaining, resetMs: Math.ceil(((limit - remaining) / config.rate) * config.period) };
}
