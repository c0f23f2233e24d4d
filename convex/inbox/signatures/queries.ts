import { v } from "convex/values";
import { vBusinessEntity } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { brandOf } from "../composing/model";
import { requireThread } from "../model/rows";
import { listSignatures, logosOf, signatureOf } from "./model";

const vLogo = v.object({ fileId: v.id("files"), url: v.union(v.null(), v.string()) });

/** The brands' signatures and the caller's own. */
export const list = memberQuery("inbox.reply")({
  args: {},
  returns: v.array(
    v.object({
      businessEntity: vBusinessEntity,
      text: v.string(),
      /** Tiptap JSON text; absent of plain text. */
      doc: v.optional(v.string()),
      logos: v.array(vLogo),
      isOwn: v.boolean(),
    }),
  ),
  handler: async (ctx) => await listSignatures(ctx, ctx.orgId, ctx.member._id),
});

/** What stands under the caller's mails in a conversation; null: nothing. */
export const inThread = memberQuery("inbox.reply")({
  args: { threadId: v.id("threads") },
  returns: v.union(v.null(), v.object({ text: v.string(), html: v.optional(v.string()), logos: v.array(vLogo) })),
  handler: async (ctx, { threadId }) => {
    const brand = await brandOf(ctx, await requireThread(ctx, ctx.orgId, threadId));
    const signature = await signatureOf(ctx, ctx.orgId, { memberId: ctx.member._id, brand });
    if (signature === null) return null;
    const { text, html, logoIds } = signature;
    return { text, html, logos: await logosOf(ctx, ctx.orgId, logoIds) };
  },
});
