import { v } from "convex/values";
import { internal } from "../_generated/api";
import { internalMutation, internalQuery } from "../lib/functions";
import { dispatchBatch } from "./model/claim";
import { continueDeadLetterJob } from "./model/deadLetterJobs";
import { exchange as exchangeAnswers } from "./model/exchange";
import { loadParcel as load, vAttemptKey, vParcel, type Parcel } from "./model/outgoing";
import { releaseHeld as release } from "./model/pauses";
import { recordFinding, recoverExpired, restoreWakeUps } from "./model/recovery";
import { registerUnsubscribe as register } from "./model/unsubscribeLinks";
import { vLane, vRendered, vSendResult } from "./schema";

const vQueue = { lane: vLane, shard: v.number() };

/** The dispatcher of one lane and shard; woken for its earliest due message. */
export const dispatch = internalMutation({
  args: vQueue,
  returns: v.null(),
  handler: async (ctx, queue): Promise<null> => {
    await dispatchBatch(ctx, queue);
    return null;
  },
});

/** What the sending action needs for its first messages; leaves out attempts that are not its own any more. */
export const loadParcel = internalQuery({
  args: { attempts: v.array(v.object(vAttemptKey)) },
  returns: vParcel,
  handler: async (ctx, { attempts }): Promise<Parcel> => await load(ctx, attempts),
});

/** Records what the providers answered and hands out up to `room` further messages. */
export const exchange = internalMutation({
  args: {
    ...vQueue,
    settlements: v.array(
      v.object({
        ...vAttemptKey,
        result: vSendResult,
        rendered: v.optional(vRendered),
        tookMs: v.number(),
        isOurs: v.optional(v.boolean()),
      }),
    ),
    room: v.number(),
  },
  returns: vParcel,
  handler: async (ctx, { settlements, room, ...queue }): Promise<Parcel> =>
    await exchangeAnswers(ctx, queue, { settlements, room }),
});

/** Remembers the unsubscribe links of messages before they leave. */
export const registerUnsubscribe = internalMutation({
  args: { links: v.array(v.object({ queueId: v.id("messageQueue"), tokenHash: v.string() })) },
  returns: v.null(),
  handler: async (ctx, { links }): Promise<null> => {
    for (const { queueId, tokenHash } of links) await register(ctx, queueId, tokenHash);
    return null;
  },
});

/** Records what a provider said about a message whose answer was lost. */
export const settleFinding = internalMutation({
  args: {
    ...vAttemptKey,
    finding: v.union(
      v.object({ kind: v.literal("found"), providerMessageId: v.string() }),
      v.object({ kind: v.literal("absent") }),
      v.object({ kind: v.literal("cannot_say"), reason: v.string() }),
    ),
  },
  returns: v.null(),
  handler: async (ctx, { finding, ...key }): Promise<null> => {
    await recordFinding(ctx, key, finding);
    return null;
  },
});

/** Lets go what a lifted pause or a talk held, batch after batch. */
export const releaseHeld = internalMutation({
  args: { pauseId: v.union(v.id("deliveryPauses"), v.id("personHolds")) },
  returns: v.null(),
  handler: async (ctx, { pauseId }): Promise<null> => {
    if (await release(ctx, pauseId)) await ctx.scheduler.runAfter(0, internal.delivery.jobs.releaseHeld, { pauseId });
    return null;
  },
});

/** Requeues or discards dead letters, batch after batch. */
export const workOnDeadLetters = internalMutation({
  args: { jobId: v.id("deadLetterJobs") },
  returns: v.null(),
  handler: async (ctx, { jobId }): Promise<null> => {
    const hasMore = await continueDeadLetterJob(ctx, jobId);
    if (hasMore) await ctx.scheduler.runAfter(0, internal.delivery.jobs.workOnDeadLetters, { jobId });
    return null;
  },
});

/** Cron, every minute: recovers what a crash left in flight and sets lost wake-ups again (design.md section 5). */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    const hasMore = await recoverExpired(ctx);
    await restoreWakeUps(ctx);
    if (hasMore) await ctx.scheduler.runAfter(0, internal.delivery.jobs.sweep, {});
    return null;
  },
});
