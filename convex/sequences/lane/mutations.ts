import { v } from "convex/values";
import { holdByMember, liftByMember, moveByMember, sendNowByMember } from "../../delivery/model/byHand";
import { memberMutation } from "../../lib/functions";
import { latestOfMessage } from "./model";

// What members do with single messages ahead. Answers of the team are changed with their conversation (inbox/sending).

/** Gives a waiting message another time (UTC ms). */
export const move = memberMutation("delivery.operate")({
  args: { queueId: v.id("messageQueue"), at: v.number() },
  returns: v.null(),
  handler: async (ctx, { queueId, at }): Promise<null> => {
    const latest = await latestOfMessage(ctx, ctx.orgId, queueId);
    await moveByMember(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, queueId }, at, latest);
    return null;
  },
});

/** Sends a waiting message as soon as its rules let it. */
export const sendNow = memberMutation("delivery.operate")({
  args: { queueId: v.id("messageQueue") },
  returns: v.null(),
  handler: async (ctx, { queueId }): Promise<null> => {
    const latest = await latestOfMessage(ctx, ctx.orgId, queueId);
    await sendNowByMember(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, queueId }, latest);
    return null;
  },
});

/** Keeps one message back until somebody lets it go. */
export const hold = memberMutation("delivery.operate")({
  args: { queueId: v.id("messageQueue") },
  returns: v.null(),
  handler: async (ctx, { queueId }): Promise<null> => {
    await holdByMember(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, queueId });
    return null;
  },
});

/** Lets a held message go: at its time or, where that has passed, at once (null); or at another time (UTC ms). */
export const lift = memberMutation("delivery.operate")({
  args: { queueId: v.id("messageQueue"), at: v.union(v.number(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { queueId, at }): Promise<null> => {
    const latest = await latestOfMessage(ctx, ctx.orgId, queueId);
    await liftByMember(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, queueId }, at, latest);
    return null;
  },
});
