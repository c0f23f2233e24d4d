import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { requireThread } from "../model/rows";
import { chatAbilities } from "./model";

/** Whether WhatsApp messages of a conversation can be reacted to and quoted; `until`: when its 24 hours end, null: never. */
export const abilities = memberQuery("inbox.read")({
  args: { threadId: v.id("threads") },
  returns: v.object({ isAble: v.boolean(), until: v.union(v.null(), v.number()) }),
  handler: async (ctx, { threadId }) => await chatAbilities(ctx, await requireThread(ctx, ctx.orgId, threadId)),
});
