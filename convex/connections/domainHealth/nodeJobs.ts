"use node";

import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalAction } from "../../lib/functions";
import { evaluateDomain } from "./evaluate";
import { lookupPlan } from "./facts";
import { gatherFacts } from "./lookups";
import { nodeResolver } from "./nodeResolver";

/** Asks the DNS about a connection's sender domain and records what it means. Without a network everything is unknown. */
export const look = internalAction({
  args: { connectionId: v.id("connections"), startedAt: v.number() },
  returns: v.null(),
  handler: async (ctx, { connectionId, startedAt }): Promise<null> => {
    const connection = await ctx.runQuery(internal.connections.domainHealth.jobs.load, { connectionId });
    const plan = connection === null ? null : lookupPlan(connection.provider, connection.settings);
    if (plan === null) return null;
    const checks = evaluateDomain(await gatherFacts(plan, nodeResolver()));
    const { domain } = plan;
    await ctx.runMutation(internal.connections.domainHealth.jobs.finish, { connectionId, startedAt, domain, checks });
    return null;
  },
});
