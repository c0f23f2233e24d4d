import { v } from "convex/values";
import { internal } from "../../../_generated/api";
import { memberMutation, publicMutation } from "../../../lib/functions";
import { takeToken } from "../../../lib/rateLimits";
import * as model from "./model";

/**
 * Asks for a mail with a link to a new password. Says the same, in the same time, whether or not there is such an
 * account: whoever looks for it does so afterwards. Throws `rate_limited`.
 */
export const request = publicMutation({
  args: { email: v.string() },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    const email = args.email.trim().toLowerCase().slice(0, 320);
    await takeToken(ctx, "passwordResetAll", "all");
    await takeToken(ctx, "passwordReset", email);
    await ctx.scheduler.runAfter(0, internal.inbox.teams.passwords.nodeJobs.mail, { email });
    return null;
  },
});

/** A link to a new password for a member, to be handed over. The token in the answer is never shown again. */
export const makeLink = memberMutation("org.manage")({
  args: { memberId: v.id("members") },
  returns: v.object({ token: v.string(), expiresAt: v.number() }),
  handler: async (ctx, { memberId }) => await model.makeLinkFor(ctx, ctx.member, ctx.org, memberId),
});
