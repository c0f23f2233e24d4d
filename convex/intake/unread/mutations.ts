import { v } from "convex/values";
import { appError } from "../../lib/errors";
import { memberMutation } from "../../lib/functions";
import { discardUnread, forgetRefused, replayUnread } from "./model";

/** What one press may choose: each is a row and a line of the audit. */
const MAX_CHOSEN = 100;

function requireFew(ids: readonly unknown[]): void {
  if (ids.length > MAX_CHOSEN) throw appError("invalid", `At most ${MAX_CHOSEN} at once.`, { field: "rawEventIds" });
}

/** Reads them once more; returns how many are tried, without those that were read meanwhile. */
export const replay = memberMutation("intake.manage")({
  args: { rawEventIds: v.array(v.id("rawEvents")) },
  returns: v.number(),
  handler: async (ctx, { rawEventIds }) => {
    requireFew(rawEventIds);
    return await replayUnread(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, rawEventIds);
  },
});

/** Puts them aside; `reason` is kept with each. */
export const discard = memberMutation("intake.manage")({
  args: { rawEventIds: v.array(v.id("rawEvents")), reason: v.string() },
  returns: v.number(),
  handler: async (ctx, { rawEventIds, reason }) => {
    requireFew(rawEventIds);
    return await discardUnread(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, rawEventIds, reason);
  },
});

/** Forgets calls that were refused, once their cause is seen to. */
export const forget = memberMutation("intake.manage")({
  args: { refusedCallsId: v.id("refusedCalls") },
  returns: v.null(),
  handler: async (ctx, { refusedCallsId }): Promise<null> => {
    await forgetRefused(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, refusedCallsId);
    return null;
  },
});
