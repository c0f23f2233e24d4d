import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { vThreadChannel } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { requireThread } from "../model/rows";
import { mergeCandidates } from "./model/candidates";
import * as together from "./model/together";
import { standingMerges } from "./model/undo";

/** What was merged into a conversation and can be taken out again, newest first. */
export const list = memberQuery("inbox.read")({
  args: { threadId: v.id("threads") },
  returns: v.array(
    v.object({ id: v.id("threadMerges"), number: v.number(), subject: v.string(), by: v.string(), at: v.number() }),
  ),
  handler: async (ctx, { threadId }) => await standingMerges(ctx, await requireThread(ctx, ctx.orgId, threadId)),
});

const vCandidate = v.object({
  id: v.id("threads"),
  number: v.number(),
  subject: v.string(),
  channel: vThreadChannel,
  isOpen: v.boolean(),
  lastMessageAt: v.number(),
  lastMessagePreview: v.string(),
  contact: v.union(v.null(), v.object({ id: v.id("contacts"), name: v.string() })),
});

/** What would become of chosen conversations: which one stays, or why they cannot be made one. */
export const previewTogether = memberQuery("inbox.reply")({
  args: { threadIds: v.array(v.id("threads")) },
  returns: v.object({
    problem: v.union(v.null(), literals("too_few", "too_many", "no_customer", "customers_differ")),
    stayingId: v.union(v.null(), v.id("threads")),
    threads: v.array(vCandidate),
  }),
  handler: async (ctx, { threadIds }) => await together.previewTogether(ctx, ctx.orgId, threadIds),
});

/** Conversations this one could be merged into: its customer's newest ones, or those found by `text`; at most 20. */
export const candidates = memberQuery("inbox.read")({
  args: { threadId: v.id("threads"), text: v.string() },
  returns: v.array(vCandidate),
  handler: async (ctx, args) => await mergeCandidates(ctx, ctx, args),
});
