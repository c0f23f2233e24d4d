import { v } from "convex/values";
import { leaveWith, placeCaret } from "../../inbox/sharedDrafts/carets/model";
import { caretFields } from "../../inbox/sharedDrafts/carets/schema";
import { vEditor } from "../../lib/editors";
import { memberMutation } from "../../lib/functions";
import { findWriting } from "../../templates/together/model";
import { lookAtTemplate } from "./model";

/** The caller has the template open; to be repeated every `interval` ms, and left by `collab/presence:disconnect`. */
export const heartbeat = memberMutation("templates.read")({
  args: { templateId: v.id("templates"), sessionId: v.string(), interval: v.number() },
  returns: v.object({ roomToken: v.string(), sessionToken: v.string() }),
  handler: async (ctx, args) => await lookAtTemplate(ctx, ctx.member, args),
});

/** The caller is there in the text now. Nothing happens where writing together has ended: the word was on its way. */
export const placeInText = memberMutation("templates.edit")({
  args: { draftId: v.id("templateWritings"), ...caretFields },
  returns: v.null(),
  handler: async (ctx, { draftId, editor, version, anchor, head }) => {
    const draft = await findWriting(ctx, ctx.orgId, draftId);
    const memberId = ctx.member._id;
    if (draft !== null) await placeCaret(ctx, { draft, memberId }, { editor, version, anchor, head });
    return null;
  },
});

/** The caller's editor closes. */
export const leaveText = memberMutation("templates.edit")({
  args: { draftId: v.id("templateWritings"), editor: vEditor },
  returns: v.null(),
  handler: async (ctx, { draftId, editor }) => {
    const draft = await findWriting(ctx, ctx.orgId, draftId);
    if (draft !== null) await leaveWith(ctx, { draft, memberId: ctx.member._id }, editor);
    return null;
  },
});
