import { ConvexCredentials, type ConvexCredentialsUserConfig } from "@convex-dev/auth/providers/ConvexCredentials";
import { Password } from "@convex-dev/auth/providers/Password";
import { convexAuth, invalidateSessions, modifyAccountCredentials, retrieveAccount } from "@convex-dev/auth/server";
import { internal } from "./_generated/api";
import type { DataModel } from "./_generated/dataModel";
import { readCredentials, readNewPassword, signInError } from "./lib/credentials";
import { appError } from "./lib/errors";
import { takeToken } from "./lib/rateLimits";
import { DEMO_SIGN_IN } from "./orgs/demo";

/** Wrong passwords for one account within an hour; the auth library counts them. Slows guessing to 240 a day. */
const MAX_FAILED_ATTEMPTS_PER_HOUR = 10;

const password = Password<DataModel>({
  profile: (params) => {
    const { email, name } = readCredentials(params);
    return { email, name };
  },
  // Checked with clear texts in readCredentials, before anything is counted or hashed.
  validatePasswordRequirements: () => undefined,
});

// The provider keeps what it was configured with here; its types hide the field.
const { options } = password as unknown as { options: ConvexCredentialsUserConfig<DataModel> };

type Authorize = ConvexCredentialsUserConfig<DataModel>["authorize"];
type Attempt = (...args: Parameters<Authorize>) => ReturnType<Authorize>;

/** A new password by a one-time link: it ends every session there is and signs in. Throws `not_found` for a used link. */
const resetPassword: Attempt = async (params, ctx) => {
  const { proof: token, password: secret } = readNewPassword(params, "token");
  await takeToken(ctx, "signInAll", "all");
  const { userId, email } = await ctx.runMutation(internal.inbox.teams.passwords.jobs.use, { token });
  await modifyAccountCredentials(ctx, { provider: "password", account: { id: email, secret } });
  await invalidateSessions(ctx, { userId });
  return { userId };
};

/** A new password by whoever is signed in and knows the one before it; every other session ends. */
const changePassword: Attempt = async (params, ctx) => {
  const { proof: current, password: secret } = readNewPassword(params, "current");
  const own = await ctx.runQuery(internal.inbox.teams.passwords.jobs.own, {});
  if (own === null) throw appError("forbidden", "This account has no password to change.");
  const { sessionId, ...account } = own;
  const { userId, email } = account;
  await takeToken(ctx, "signInAll", "all");
  await takeToken(ctx, "signIn", email);
  await retrieveAccount<DataModel>(ctx, { provider: "password", account: { id: email, secret: current } }).catch(
    (thrown: unknown) => {
      if (!String(thrown).includes("InvalidSecret")) throw signInError(thrown);
      throw appError("invalid", "Your current password is not right.", { field: "current" });
    },
  );
  await modifyAccountCredentials(ctx, { provider: "password", account: { id: email, secret } });
  await invalidateSessions(ctx, { userId, except: [sessionId] });
  await ctx.runMutation(internal.inbox.teams.passwords.jobs.noteChange, { account });
  return { userId, sessionId };
};

/**
 * Local accounts: e-mail and password. Every attempt takes a token of its address, sign-up takes one of a scarcer kind
 * (it answers whether an address is taken), and the demo account works only while the demo workspace exists.
 */
const limitedPassword = ConvexCredentials<DataModel>({
  ...options,
  id: "password",
  authorize: async (params, ctx) => {
    if (params.flow === "reset") return await resetPassword(params, ctx);
    if (params.flow === "change") return await changePassword(params, ctx);
    const { flow, email } = readCredentials(params);
    await takeToken(ctx, "signInAll", "all");
    await takeToken(ctx, flow, email);
    if (email === DEMO_SIGN_IN.email) {
      const isOpen = flow === "signIn" && (await ctx.runQuery(internal.orgs.jobs.isDemoOpen, {}));
      if (!isOpen) throw appError("forbidden", "The demo sign-in exists only in the demo workspace.");
    }
    try {
      return await options.authorize({ ...params, email }, ctx);
    } catch (thrown) {
      throw signInError(thrown);
    }
  },
});

export const { auth, signIn, signOut, store } = convexAuth({
  providers: [limitedPassword],
  signIn: { maxFailedAttempsPerHour: MAX_FAILED_ATTEMPTS_PER_HOUR },
});
