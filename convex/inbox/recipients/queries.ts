import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { requireThread } from "../model/rows";
import { recipientsOf } from "./model";
import { vEnvelope } from "./schema";

/** Who a reply and a reply to all would go to, by the newest message. */
export const suggested = memberQuery("inbox.reply")({
  args: { threadId: v.id("threads") },
  returns: v.object({ reply: vEnvelope, replyAll: vEnvelope }),
  handler: async (ctx, { threadId }) => await recipientsOf(ctx, await requireThread(ctx, ctx.orgId, threadId)),
});
