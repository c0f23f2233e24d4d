import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { countOwn } from "../model/personalRanges";

/**
 * How many conversations that name the caller, or that they follow, are unread; how many hold a draft of theirs; how many
 * of their answers leave later. Each up to 100.
 */
export const counts = memberQuery("inbox.read")({
  args: {},
  returns: v.object({ mentioned: v.number(), followed: v.number(), drafts: v.number(), planned: v.number() }),
  handler: async (ctx) => await countOwn(ctx, ctx),
});
