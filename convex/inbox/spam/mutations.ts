import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { markSpam, unblock as unblockSender, unmarkSpam } from "./model";

/** Takes a conversation for spam, with `block` its senders too. */
export const mark = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), block: v.boolean() },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    await markSpam(ctx, ctx, args);
    return null;
  },
});

/** It is none: back where it was, and its senders are heard again. */
export const unmark = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads") },
  returns: v.null(),
  handler: async (ctx, { threadId }): Promise<null> => {
    await unmarkSpam(ctx, ctx, threadId);
    return null;
  },
});

/** Hears a blocked address again. */
export const unblock = memberMutation("inbox.reply")({
  args: { blockedId: v.id("blockedSenders") },
  returns: v.null(),
  handler: async (ctx, { blockedId }): Promise<null> => {
    await unblockSender(ctx, ctx, blockedId);
    return null;
  },
});
