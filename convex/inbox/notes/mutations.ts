import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { changeOwnNote, removeOwnNote } from "../model/notes";

/** Changes the words of one's own note. */
export const change = memberMutation("inbox.reply")({
  args: { messageId: v.id("messages"), text: v.string() },
  returns: v.null(),
  handler: async (ctx, { messageId, text }): Promise<null> => {
    await changeOwnNote(ctx, ctx.member, messageId, text);
    return null;
  },
});

/** Takes one's own note away; a line says that there was one. */
export const remove = memberMutation("inbox.reply")({
  args: { messageId: v.id("messages") },
  returns: v.null(),
  handler: async (ctx, { messageId }): Promise<null> => {
    await removeOwnNote(ctx, ctx.member, messageId);
    return null;
  },
});
