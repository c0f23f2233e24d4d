import { v } from "convex/values";
import { keptOriginal, type KeptOriginal } from "../../intake/originals/model";
import { memberQuery } from "../../lib/functions";
import { requireMessageRow } from "../model/messageFields";
import { requireThread } from "../model/rows";

/** A customer's mail as it came, for whoever may read its conversation; null when it is not kept (any more). */
export const get = memberQuery("inbox.read")({
  args: { messageId: v.id("messages") },
  returns: v.union(
    v.null(),
    v.object({
      /** False: the provider took it apart; its parts are shown. */
      isMime: v.boolean(),
      receivedAt: v.number(),
      sizeBytes: v.number(),
      isBeginning: v.boolean(),
      url: v.union(v.null(), v.string()),
      text: v.union(v.null(), v.string()),
    }),
  ),
  handler: async (ctx, { messageId }): Promise<KeptOriginal | null> => {
    const { threadId, rawEventId } = await requireMessageRow(ctx, ctx.orgId, messageId);
    await requireThread(ctx, ctx.orgId, threadId);
    return rawEventId === undefined ? null : await keptOriginal(ctx, rawEventId);
  },
});
