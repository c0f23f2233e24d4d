import { v } from "convex/values";
import { memberQuery } from "../../../lib/functions";
import { findSharedDraft } from "../model";
import { caretsOfOthers } from "./model";
import { caretFields } from "./schema";

/** Where the others are in a draft the caller may write in; nobody in one that is gone. */
export const others = memberQuery("inbox.reply")({
  args: { draftId: v.id("sharedDrafts") },
  returns: v.array(v.object({ memberId: v.id("members"), name: v.string(), tone: v.number(), ...caretFields })),
  handler: async (ctx, { draftId }) => {
    const draft = await findSharedDraft(ctx, ctx.orgId, draftId);
    return draft === null ? [] : await caretsOfOthers(ctx, draft._id, ctx.member._id);
  },
});
