import { v } from "convex/values";
import { vChannel } from "../../lib/closedSets";
import { memberMutation } from "../../lib/functions";
import { beginDeadLetterJob, stopDeadLetterJob } from "../model/deadLetterJobs";
import { discardByMember, editDeadLetter, restoreByMember } from "../model/deadLetters";
import { vDeadGroup } from "./schema";

/** Changes a dead letter so that it may go when it is queued again: another channel or address, other words. */
export const edit = memberMutation("delivery.operate")({
  args: {
    queueId: v.id("messageQueue"),
    channel: v.optional(v.union(vChannel, v.literal("best"))),
    address: v.optional(v.string()),
    subject: v.optional(v.string()),
    text: v.optional(v.string()),
  },
  returns: v.null(),
  handler: async (ctx, { queueId, ...change }): Promise<null> => {
    await editDeadLetter(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, queueId }, change);
    return null;
  },
});

/** Ends a dead letter for good. */
export const discard = memberMutation("delivery.operate")({
  args: { queueId: v.id("messageQueue"), reason: v.string() },
  returns: v.null(),
  handler: async (ctx, { queueId, reason }): Promise<null> => {
    await discardByMember(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, queueId }, reason);
    return null;
  },
});

/** Makes a discarded message a dead letter again. */
export const restore = memberMutation("delivery.operate")({
  args: { queueId: v.id("messageQueue") },
  returns: v.null(),
  handler: async (ctx, { queueId }): Promise<null> => {
    await restoreByMember(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, queueId });
    return null;
  },
});

/** Queues all dead letters again, or those of one group, in the background, after the time to take it back. */
export const requeueAll = memberMutation("delivery.operate")({
  args: { group: v.optional(vDeadGroup) },
  returns: v.id("deadLetterJobs"),
  handler: async (ctx, { group }) => {
    const by = { orgId: ctx.orgId, memberId: ctx.member._id };
    return await beginDeadLetterJob(ctx, { ...by, action: { kind: "requeue" }, group });
  },
});

/** Discards all dead letters, or those of one group, in the background; `reason` is kept with each. */
export const discardAll = memberMutation("delivery.operate")({
  args: { group: v.optional(vDeadGroup), reason: v.string() },
  returns: v.id("deadLetterJobs"),
  handler: async (ctx, { group, reason }) => {
    const by = { orgId: ctx.orgId, memberId: ctx.member._id };
    return await beginDeadLetterJob(ctx, { ...by, action: { kind: "discard", reason }, group });
  },
});

/** Takes an order about many dead letters back, or what is left of it. */
export const stopJob = memberMutation("delivery.operate")({
  args: { jobId: v.id("deadLetterJobs") },
  returns: v.null(),
  handler: async (ctx, { jobId }): Promise<null> => {
    await stopDeadLetterJob(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, jobId });
    return null;
  },
});
