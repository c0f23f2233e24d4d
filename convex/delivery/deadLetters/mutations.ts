import { v } from "convex/values";
import { vChannel } from "../../lib/closedSets";
import { memberMutation } from "../../lib/functions";
import { beginDeadLetterJob } from "../model/deadLetterJobs";
import { discardByMember, editDeadLetter } from "../model/deadLetters";

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

/** Queues all dead letters again, or those given up by one rule, in the background. */
export const requeueAll = memberMutation("delivery.operate")({
  args: { reason: v.optional(v.string()) },
  returns: v.id("deadLetterJobs"),
  handler: async (ctx, { reason: deadReason }) => {
    const by = { orgId: ctx.orgId, memberId: ctx.member._id };
    return await beginDeadLetterJob(ctx, { ...by, action: { kind: "requeue" }, deadReason });
  },
});

/** Discards all dead letters, or those given up by one rule, in the background; `because` is kept with each. */
export const discardAll = memberMutation("delivery.operate")({
  args: { reason: v.optional(v.string()), because: v.string() },
  returns: v.id("deadLetterJobs"),
  handler: async (ctx, { reason: deadReason, because }) => {
    const by = { orgId: ctx.orgId, memberId: ctx.member._id };
    return await beginDeadLetterJob(ctx, { ...by, action: { kind: "discard", reason: because }, deadReason });
  },
});
