import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { retentionOf } from "./model";

/** How long texts are kept. */
export const get = memberQuery("org.read")({
  args: {},
  returns: v.object({ messageDays: v.number(), conversationDays: v.union(v.number(), v.null()) }),
  handler: async (ctx) => retentionOf(ctx.org),
});
