import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import { organisationsAfter } from "../../orgs/retention/model";
import { beginPurge, purgeMessages } from "./model";

/** Cron, nightly: starts the purge of every organisation, batch after batch. */
export const start = internalMutation({
  args: { after: v.number() },
  returns: v.null(),
  handler: async (ctx, { after }): Promise<null> => {
    const { orgs, next } = await organisationsAfter(ctx, after);
    for (const { _id: orgId } of orgs) {
      const run = await beginPurge(ctx, orgId, Date.now());
      if (run !== null) await ctx.scheduler.runAfter(0, internal.delivery.retention.jobs.purge, { orgId, ...run });
    }
    if (next !== null) await ctx.scheduler.runAfter(0, internal.delivery.retention.jobs.start, { after: next });
    return null;
  },
});

/** Takes the texts of an organisation's old messages, page after page. */
export const purge = internalMutation({
  args: { orgId: v.id("organisations"), before: v.number(), cursor: v.union(v.string(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { orgId, ...run }): Promise<null> => {
    const next = await purgeMessages(ctx, orgId, run, Date.now());
    if (next !== null) await ctx.scheduler.runAfter(0, internal.delivery.retention.jobs.purge, { orgId, ...next });
    return null;
  },
});
