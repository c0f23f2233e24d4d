import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { messageByClientId } from "../model/reply";
import { requireThread } from "../model/rows";
import { undoReply } from "./model";

/**
 * Takes the caller's held reply back and makes its words (Tiptap JSON text) their draft. Once more changes nothing.
 */
export const undo = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), clientId: v.string(), doc: v.string() },
  returns: v.null(),
  handler: async (ctx, { threadId, clientId, doc }) => {
    const thread = await requireThread(ctx, ctx.orgId, threadId);
    const message = await messageByClientId(ctx, threadId, clientId);
    if (message !== null) await undoReply(ctx, thread, { member: ctx.member, message, doc });
    return null;
  },
});
