import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import { organisationsAfter } from "../../orgs/retention/model";
import { purgeConversations } from "./model";

/** Cron, nightly: starts the purge of every organisation, batch after batch. */
export const start = internalMutation({
  args: { after: v.number() },
  returns: v.null(),
  handler: async (ctx, { after }): Promise<null> => {
    const { orgs, next } = await organisationsAfter(ctx, after);
    for (const { _id: orgId } of orgs) {
      await ctx.scheduler.runAfter(0, internal.inbox.retention.jobs.purge, { orgId });
    }
    if (next !== null) await ctx.scheduler.runAfter(0, internal.inbox.retention.jobs.start, { after: next });
    return null;
  },
});

/** Takes the texts of an organisation's old conversations, one after the other. */
export const purge = internalMutation({
  args: { orgId: v.id("organisations") },
  returns: v.null(),
  handler: async (ctx, { orgId }): Promise<null> => {
    if (await purgeConversations(ctx, orgId, Date.now())) {
      await ctx.scheduler.runAfter(0, internal.inbox.retention.jobs.purge, { orgId });
    }
    return null;
  },
});
