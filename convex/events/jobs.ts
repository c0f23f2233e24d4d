import { v } from "convex/values";
import { internal } from "../_generated/api";
import { internalMutation } from "../lib/functions";
import { log, reasonOf } from "../lib/log";
import { pruneEvents, recordReactionFailure, requireEvent } from "./model";
import { retryDelayMs } from "./retry";
import { REACTIONS } from "./subscriptions";

/**
 * Runs one reaction to one event. The reaction is a sub-transaction: when it throws, its writes are undone and a retry
 * is scheduled; the reactions of other domains have dispatches of their own and do not notice.
 */
export const dispatch = internalMutation({
  args: { eventId: v.id("domainEvents"), reaction: v.string(), attempt: v.number() },
  returns: v.null(),
  handler: async (ctx, { eventId, reaction: name, attempt }): Promise<null> => {
    const event = await requireEvent(ctx, eventId);
    const reaction = REACTIONS.find((entry) => entry.name === name);
    // Scheduled before a deployment that renamed or removed it.
    if (reaction === undefined) {
      await recordReactionFailure(ctx, event, { reaction: name, attempts: attempt, reason: "No such reaction." });
      return null;
    }
    try {
      await ctx.runMutation(reaction.run, { eventId });
    } catch (thrown) {
      const reason = reasonOf(thrown);
      log.error("events.reaction_failed", { eventId, reaction: name, attempt, reason });
      const delayMs = retryDelayMs(attempt);
      if (delayMs === null) {
        await recordReactionFailure(ctx, event, { reaction: name, attempts: attempt, reason });
        return null;
      }
      const next = { eventId, reaction: name, attempt: attempt + 1 };
      await ctx.scheduler.runAfter(delayMs, internal.events.jobs.dispatch, next);
    }
    return null;
  },
});

/** Runs one reaction to several events, as one transaction; when that fails each is dispatched by itself. */
export const dispatchMany = internalMutation({
  args: { eventIds: v.array(v.id("domainEvents")), reaction: v.string() },
  returns: v.null(),
  handler: async (ctx, { eventIds, reaction: name }): Promise<null> => {
    const runMany = REACTIONS.find((entry) => entry.name === name)?.runMany;
    try {
      if (runMany === undefined) throw new Error("Nothing reacts to several of them.");
      await ctx.runMutation(runMany, { eventIds });
    } catch (thrown) {
      log.warn("events.apart", { reaction: name, events: eventIds.length, reason: reasonOf(thrown) });
      for (const eventId of eventIds) {
        await ctx.scheduler.runAfter(0, internal.events.jobs.dispatch, { eventId, reaction: name, attempt: 1 });
      }
    }
    return null;
  },
});

/** Removes events and failed reactions past their retention, batch after batch. Run daily. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await pruneEvents(ctx, Date.now())) await ctx.scheduler.runAfter(0, internal.events.jobs.prune, {});
    return null;
  },
});
