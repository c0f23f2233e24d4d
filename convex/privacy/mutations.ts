import { v } from "convex/values";
import type { Id } from "../_generated/dataModel";
import { memberMutation } from "../lib/functions";
import * as model from "./model";

/** Puts together what is known about a person; the file can be fetched for a week. */
export const requestExport = memberMutation("privacy.manage")({
  args: { contactId: v.id("contacts"), note: v.string() },
  returns: v.null(),
  handler: async (ctx, asked): Promise<null> => {
    await model.requestExport(ctx, { member: ctx.member, ...asked });
    return null;
  },
});

/** Erases a person; for half a minute it can be called off. */
export const requestErasure = memberMutation("privacy.manage")({
  args: { contactId: v.id("contacts"), note: v.string(), confirmedName: v.string() },
  returns: v.id("dataRequests"),
  handler: async (ctx, asked): Promise<Id<"dataRequests">> =>
    await model.requestErasure(ctx, { member: ctx.member, ...asked }),
});

/** Calls an erasure off before it began. */
export const cancelErasure = memberMutation("privacy.manage")({
  args: { requestId: v.id("dataRequests") },
  returns: v.null(),
  handler: async (ctx, { requestId }): Promise<null> => {
    await model.cancelErasure(ctx, await model.requireRequest(ctx, ctx.orgId, requestId));
    return null;
  },
});

/** Changes how long texts are kept. */
export const setRetention = memberMutation("privacy.manage")({
  args: { messageDays: v.number(), conversationDays: v.union(v.number(), v.null()) },
  returns: v.null(),
  handler: async (ctx, retention): Promise<null> => {
    await model.changeRetention(ctx, ctx.member, retention);
    return null;
  },
});

/** Tries a failed request again. */
export const retry = memberMutation("privacy.manage")({
  args: { requestId: v.id("dataRequests") },
  returns: v.null(),
  handler: async (ctx, { requestId }): Promise<null> => {
    await model.retryRequest(ctx, await model.requireRequest(ctx, ctx.orgId, requestId));
    return null;
  },
});
