import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { messageByClientId } from "../model/refs";
import { requireThread } from "../model/rows";
import { undoReply } from "./model";
import * as planned from "./model/planned";
import { retryReply } from "./model/retry";
import { setAnswerSettings } from "./model/settings";

/** Takes the caller's held reply back and makes it their draft again. Once more changes nothing. */
export const undo = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), clientId: v.string() },
  returns: v.null(),
  handler: async (ctx, { threadId, clientId }): Promise<null> => {
    const thread = await requireThread(ctx, ctx.orgId, threadId);
    const message = await messageByClientId(ctx, thread._id, clientId);
    if (message !== null) await undoReply(ctx, thread, { member: ctx.member, message });
    return null;
  },
});

/** Gives a planned answer another hour (UTC ms), or says whether the customer's answer cancels it. */
export const changePlanned = memberMutation("inbox.reply")({
  args: {
    messageId: v.id("messages"),
    sendAt: v.optional(v.number()),
    cancelIfAnswered: v.optional(v.boolean()),
  },
  returns: v.null(),
  handler: async (ctx, { messageId, ...change }): Promise<null> => {
    await planned.changePlanned(ctx, { orgId: ctx.orgId, member: ctx.member, messageId }, change);
    return null;
  },
});

/** Takes a planned answer back: it is its author's draft again. */
export const cancelPlanned = memberMutation("inbox.reply")({
  args: { messageId: v.id("messages") },
  returns: v.null(),
  handler: async (ctx, { messageId }): Promise<null> => {
    await planned.cancelPlanned(ctx, { orgId: ctx.orgId, member: ctx.member, messageId });
    return null;
  },
});

/** Sends a reply that did not arrive again. Once more changes nothing while it is on its way. */
export const retry = memberMutation("inbox.reply")({
  args: { messageId: v.id("messages") },
  returns: v.null(),
  handler: async (ctx, { messageId }): Promise<null> => {
    await retryReply(ctx, ctx, messageId);
    return null;
  },
});

/** Sets how the organisation's answers are held back, and whether they repeat what they answer. */
export const setSettings = memberMutation("org.manage")({
  args: { undoSeconds: v.number(), cancelIfAnswered: v.boolean(), quotesEarlier: v.boolean() },
  returns: v.null(),
  handler: async (ctx, settings): Promise<null> => {
    await setAnswerSettings(ctx, ctx, settings);
    return null;
  },
});
