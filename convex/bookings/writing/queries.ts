import { v } from "convex/values";
import { requireThread } from "../../inbox/model/rows";
import { memberQuery } from "../../lib/functions";
import { valuesForWriting } from "./model";

/** What the variables of templates stand for in a conversation. */
export const values = memberQuery("inbox.reply")({
  args: { threadId: v.id("threads") },
  returns: v.record(v.string(), v.string()),
  handler: async (ctx, { threadId }) => await valuesForWriting(ctx, ctx, await requireThread(ctx, ctx.orgId, threadId)),
});
