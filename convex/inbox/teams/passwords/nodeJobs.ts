"use node";

import { v } from "convex/values";
import { internal } from "../../../_generated/api";
import { sendSystemMail } from "../../../delivery/nodeJobs/systemMail";
import { internalAction } from "../../../lib/functions";
import { log } from "../../../lib/log";

/**
 * Mails a link to a new password to whoever has an account at this address. Once: a link that did not arrive is asked
 * for again. The token lives in this action and in the mail only.
 */
export const mail = internalAction({
  args: { email: v.string() },
  returns: v.null(),
  handler: async (ctx, { email }): Promise<null> => {
    const letter = await ctx.runMutation(internal.inbox.teams.passwords.jobs.prepare, { email });
    const reason = letter === null ? null : await sendSystemMail(ctx, letter);
    if (reason !== null) log.error("password.mail_failed", { orgId: letter?.orgId, reason });
    return null;
  },
});
