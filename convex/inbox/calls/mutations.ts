import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { changeCall, logCall } from "./model";
import { setCallSettings } from "./model/settings";
import { vCallDirection, vCallOutcome, vCallSettings } from "./schema";

const callArgs = {
  direction: vCallDirection,
  outcome: vCallOutcome,
  /** When it was, UTC ms. */
  at: v.number(),
  seconds: v.number(),
  text: v.string(),
  /** Who spoke; absent: the caller of this function. */
  memberId: v.optional(v.id("members")),
  /** When we call again, UTC ms. */
  callbackAt: v.optional(v.number()),
};

/** Notes a phone call in a conversation. The same `clientId` again is the same call. */
export const log = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), clientId: v.string(), ...callArgs },
  returns: v.id("messages"),
  handler: async (ctx, { threadId, ...call }) => await logCall(ctx, ctx, threadId, call),
});

/** Changes a call the caller noted. */
export const change = memberMutation("inbox.reply")({
  args: { messageId: v.id("messages"), ...callArgs },
  returns: v.null(),
  handler: async (ctx, { messageId, ...call }): Promise<null> => {
    await changeCall(ctx, ctx, messageId, call);
    return null;
  },
});

/** Sets what calls mean for the deadlines. */
export const setSettings = memberMutation("sla.manage")({
  args: vCallSettings.fields,
  returns: v.null(),
  handler: async (ctx, { outgoingAnswers, incomingAnswers, missedWaits }): Promise<null> => {
    await setCallSettings(ctx, ctx, { outgoingAnswers, incomingAnswers, missedWaits });
    return null;
  },
});
