import { v } from "convex/values";
import { vEditor } from "../../../lib/editors";
import { memberMutation } from "../../../lib/functions";
import { findSharedDraft } from "../model";
import { leaveWith, placeCaret } from "./model";
import { caretFields } from "./schema";

/** The caller is there now. Nothing happens in a draft that is gone: the word was on its way. */
export const place = memberMutation("inbox.reply")({
  args: { draftId: v.id("sharedDrafts"), ...caretFields },
  returns: v.null(),
  handler: async (ctx, { draftId, ...caret }) => {
    const draft = await findSharedDraft(ctx, ctx.orgId, draftId);
    if (draft !== null) await placeCaret(ctx, { draft, memberId: ctx.member._id }, caret);
    return null;
  },
});

/** The caller's editor closes. */
export const leave = memberMutation("inbox.reply")({
  args: { draftId: v.id("sharedDrafts"), editor: vEditor },
  returns: v.null(),
  handler: async (ctx, { draftId, editor }) => {
    const draft = await findSharedDraft(ctx, ctx.orgId, draftId);
    if (draft !== null) await leaveWith(ctx, { draft, memberId: ctx.member._id }, editor);
    return null;
  },
});
