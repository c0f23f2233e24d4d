import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { requireThread } from "../model/rows";
import { usableSenders, usualSender } from "./model";

/** What the caller may write from in a conversation, and what an answer comes from unless they choose (null: automatic). */
export const inThread = memberQuery("inbox.reply")({
  args: { threadId: v.id("threads") },
  returns: v.object({
    senders: v.array(v.object({ address: v.string(), name: v.string(), isOwn: v.boolean() })),
    usual: v.union(v.string(), v.null()),
  }),
  handler: async (ctx, { threadId }) => {
    const thread = await requireThread(ctx, ctx.orgId, threadId);
    const usable = await usableSenders(ctx, thread, ctx.member);
    const usual = await usualSender(ctx, thread, ctx.member, usable);
    const senders = usable.map(({ address, name, isOwn }) => ({ address, name, isOwn }));
    return { senders, usual: usual?.address ?? null };
  },
});
