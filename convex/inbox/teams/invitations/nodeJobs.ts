"use node";

import { v } from "convex/values";
import { internal } from "../../../_generated/api";
import { sendSystemMail } from "../../../delivery/nodeJobs/systemMail";
import { internalAction } from "../../../lib/functions";

/** Mails an invitation, once; what became of it stands beside the invitation, with the way to send it again. */
export const mail = internalAction({
  args: { invitationId: v.id("invitations") },
  returns: v.null(),
  handler: async (ctx, { invitationId }): Promise<null> => {
    const letter = await ctx.runQuery(internal.inbox.teams.invitations.jobs.load, { invitationId });
    if (letter === null) return null;
    const reason = await sendSystemMail(ctx, letter);
    await ctx.runMutation(internal.inbox.teams.invitations.jobs.settle, { invitationId, reason });
    return null;
  },
});
