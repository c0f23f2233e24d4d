import { v } from "convex/values";
import { vBusinessEntity } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { brandOf } from "../composing/model";
import { requireThread } from "../model/rows";
import { listSignatures, signatureOf } from "./model";

/** The brands' signatures and the caller's own. */
export const list = memberQuery("inbox.reply")({
  args: {},
  returns: v.array(v.object({ businessEntity: vBusinessEntity, text: v.string(), isOwn: v.boolean() })),
  handler: async (ctx) => await listSignatures(ctx, ctx.orgId, ctx.member._id),
});

/** What stands under the caller's mails in a conversation; null: nothing. */
export const inThread = memberQuery("inbox.reply")({
  args: { threadId: v.id("threads") },
  returns: v.union(v.null(), v.string()),
  handler: async (ctx, { threadId }) => {
    const brand = await brandOf(ctx, await requireThread(ctx, ctx.orgId, threadId));
    return await signatureOf(ctx, ctx.orgId, { memberId: ctx.member._id, brand });
  },
});
