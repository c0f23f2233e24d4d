import { v } from "convex/values";
import { vThreadChannel } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { listPlanned, listUndoable } from "./model/planned";
import { answerSettings } from "./model/settings";

/** Answers that leave later, the next one first: all of the team's or only one's own; at most 200. */
export const planned = memberQuery("inbox.read")({
  args: { whose: v.union(v.literal("all"), v.literal("mine")) },
  returns: v.array(
    v.object({
      messageId: v.id("messages"),
      threadId: v.id("threads"),
      number: v.number(),
      channel: vThreadChannel,
      /** The first it goes to. */
      to: v.string(),
      preview: v.string(),
      author: v.object({ memberId: v.id("members"), name: v.string() }),
      dueAt: v.number(),
      cancelIfAnswered: v.boolean(),
      close: v.boolean(),
    }),
  ),
  handler: async (ctx, { whose }) => await listPlanned(ctx, ctx.orgId, whose === "mine" ? ctx.member._id : null),
});

/** What the caller sent a moment ago and may still take back. */
export const undoable = memberQuery("inbox.reply")({
  args: {},
  returns: v.array(
    v.object({
      messageId: v.id("messages"),
      threadId: v.id("threads"),
      clientId: v.string(),
      dueAt: v.number(),
      close: v.boolean(),
    }),
  ),
  handler: async (ctx) => await listUndoable(ctx, ctx.member._id),
});

/** How answers are held back. */
export const settings = memberQuery("inbox.read")({
  args: {},
  returns: v.object({ undoSeconds: v.number(), cancelIfAnswered: v.boolean(), quotesEarlier: v.boolean() }),
  handler: async (ctx) => await answerSettings(ctx, ctx.orgId),
});
