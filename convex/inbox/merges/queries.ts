import { v } from "convex/values";
import { vChannel } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { requireThread } from "../model/rows";
import { mergeCandidates } from "./model/candidates";
import { standingMerges } from "./model/undo";

/** What was merged into a conversation and can be taken out again, newest first. */
export const list = memberQuery("inbox.read")({
  args: { threadId: v.id("threads") },
  returns: v.array(
    v.object({ id: v.id("threadMerges"), number: v.number(), subject: v.string(), by: v.string(), at: v.number() }),
  ),
  handler: async (ctx, { threadId }) => await standingMerges(ctx, await requireThread(ctx, ctx.orgId, threadId)),
});

/** Conversations this one could be merged into: its customer's newest ones, or those found by `text`; at most 20. */
export const candidates = memberQuery("inbox.read")({
  args: { threadId: v.id("threads"), text: v.string() },
  returns: v.array(
    v.object({
      id: v.id("threads"),
      number: v.number(),
      subject: v.string(),
      channel: vChannel,
      isOpen: v.boolean(),
      lastMessageAt: v.number(),
      lastMessagePreview: v.string(),
      contact: v.union(v.null(), v.object({ id: v.id("contacts"), name: v.string() })),
    }),
  ),
  handler: async (ctx, args) => await mergeCandidates(ctx, ctx, args),
});
