import { v } from "convex/values";
import { vAnswerWindow } from "../../delivery/windows/schema";
import { memberQuery } from "../../lib/functions";
import { vTemplateVariable } from "../../templates/schema";
import { requireThread } from "../model/rows";
import { vDraftMode } from "../schema";
import { offeredTexts, windowOf } from "./model";

/** The templates and snippets that fit a conversation, the most suitable first. */
export const offered = memberQuery("inbox.reply")({
  args: { threadId: v.id("threads"), mode: vDraftMode },
  returns: v.array(
    v.object({
      id: v.id("templates"),
      name: v.string(),
      isSnippet: v.boolean(),
      isPrivate: v.boolean(),
      locale: v.string(),
      /** Made for conversations of this type. */
      isSuggested: v.boolean(),
      /** As this channel carries it, with `{{variables}}`. */
      text: v.string(),
      variables: v.array(vTemplateVariable),
    }),
  ),
  handler: async (ctx, { threadId, mode }) => {
    const thread = await requireThread(ctx, ctx.orgId, threadId);
    return await offeredTexts(ctx, thread, { memberId: ctx.member._id, mode });
  },
});

/** Until when anything may be written on WhatsApp, and the approved templates for afterwards; null on other channels. */
export const window = memberQuery("inbox.read")({
  args: { threadId: v.id("threads") },
  returns: v.union(v.null(), vAnswerWindow),
  handler: async (ctx, { threadId }) => await windowOf(ctx, await requireThread(ctx, ctx.orgId, threadId)),
});
