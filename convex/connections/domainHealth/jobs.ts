import { v } from "convex/values";
import { internal } from "../../_generated/api";
import type { Provider } from "../providers";
import type { Settings } from "../account";
import { internalMutation, internalQuery } from "../../lib/functions";
import { getConnection } from "../model";
import { vProvider } from "../schema";
import { beginLook, connectionsPage, finishLook } from "./model";
import { vDomainCheck } from "./schema";

/** Connections one transaction of the daily look starts with. */
const PAGE_SIZE = 50;

/** Looks are this far apart: a resolver is not to see a burst of hundreds of questions. */
const SPACING_MS = 500;

/** Where to look for a connection, or null when it was removed meanwhile. */
export const load = internalQuery({
  args: { connectionId: v.id("connections") },
  returns: v.union(
    v.null(),
    v.object({
      provider: vProvider,
      settings: v.record(v.string(), v.union(v.string(), v.number(), v.boolean())),
    }),
  ),
  handler: async (ctx, { connectionId }): Promise<{ provider: Provider; settings: Settings } | null> => {
    const connection = await getConnection(ctx, connectionId);
    return connection === null ? null : { provider: connection.provider, settings: connection.settings };
  },
});

/** Records what a look found. */
export const finish = internalMutation({
  args: {
    connectionId: v.id("connections"),
    startedAt: v.number(),
    domain: v.string(),
    checks: v.array(vDomainCheck),
  },
  returns: v.null(),
  handler: async (ctx, look): Promise<null> => {
    await finishLook(ctx, look);
    return null;
  },
});

/** Starts a look at every sender domain in use, page after page. Run daily. */
export const lookAtAll = internalMutation({
  args: { cursor: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { cursor }): Promise<null> => {
    const { page, isDone, continueCursor } = await connectionsPage(ctx, cursor ?? null, PAGE_SIZE);
    let started = 0;
    for (const connection of page) {
      if (connection.isEnabled && (await beginLook(ctx, connection, started * SPACING_MS))) started += 1;
    }
    if (!isDone) {
      const args = { cursor: continueCursor };
      await ctx.scheduler.runAfter(started * SPACING_MS, internal.connections.domainHealth.jobs.lookAtAll, args);
    }
    return null;
  },
});
