import { ConvexCredentials, type ConvexCredentialsUserConfig } from "@convex-dev/auth/providers/ConvexCredentials";
import { Password } from "@convex-dev/auth/providers/Password";
import { convexAuth } from "@convex-dev/auth/server";
import { internal } from "./_generated/api";
import type { DataModel } from "./_generated/dataModel";
import { readCredentials, signInError } from "./lib/credentials";
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

/**
 * Local accounts: e-mail and password. Every attempt takes a token of its address, sign-up takes one of a scarcer kind
 * (it answers whether an address is taken), and the demo account works only while the demo workspace exists.
 */
const limitedPassword = ConvexCredentials<DataModel>({
  ...options,
  id: "password",
  authorize: async (params, ctx) => {
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
