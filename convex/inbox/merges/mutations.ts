import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { mergeThreads } from "./model/merge";
import * as together from "./model/together";
import { splitThread } from "./model/split";
import { undoMerge } from "./model/undo";

/** Puts conversations into another one; returns the merges, for their undo. The same again changes nothing. */
export const merge = memberMutation("inbox.reply")({
  args: { sourceIds: v.array(v.id("threads")), targetId: v.id("threads") },
  returns: v.array(v.id("threadMerges")),
  handler: async (ctx, args) => await mergeThreads(ctx, ctx, args),
});

/** Makes one of several conversations of one customer; returns the merges, for their undo. */
export const mergeTogether = memberMutation("inbox.reply")({
  args: { threadIds: v.array(v.id("threads")), targetId: v.id("threads") },
  returns: v.array(v.id("threadMerges")),
  handler: async (ctx, args) => await together.mergeTogether(ctx, ctx, args),
});

/** Takes merges back, the last one first. What was undone already stays so. */
export const undo = memberMutation("inbox.reply")({
  args: { mergeIds: v.array(v.id("threadMerges")) },
  returns: v.null(),
  handler: async (ctx, { mergeIds }): Promise<null> => {
    for (const mergeId of mergeIds.toReversed()) await undoMerge(ctx, ctx, mergeId);
    return null;
  },
});

/** Makes a conversation of its own of some messages; returns it. Merging it back is the undo. */
export const split = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), messageIds: v.array(v.id("messages")), subject: v.string() },
  returns: v.id("threads"),
  handler: async (ctx, args) => await splitThread(ctx, { ...args, orgId: ctx.orgId, member: ctx.member }),
});
