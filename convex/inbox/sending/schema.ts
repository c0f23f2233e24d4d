import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v } from "convex/values";
import { NO_RETRY } from "../../delivery/tryAgain";
import { vThreadStatus } from "../../lib/closedSets";
import { vDraftParts } from "../recipients/schema";

/**
 * "undo": for some seconds after sending; "bulk": likewise, one of many answers in the same words, undone with all of
 * them; "later": until the hour its author chose (product.md ).
 */
export const vHoldKind = literals("undo", "bulk", "later");

/** delivery/tryAgain.ts */
export const vRetryVerdict = v.union(
  v.object({ kind: v.literal("offered"), isElsewhere: v.boolean() }),
  v.object({ kind: v.literal("refused"), because: literals(...NO_RETRY) }),
);

export const sendingTables = {
  // Answers that were sent and have not left: what it takes to make drafts of them again. Written with the answer; the row
  // goes when it leaves or is taken back.
  heldReplies: defineTable({
    orgId: v.id("organisations"),
    messageId: v.id("messages"),
    memberId: v.id("members"),
    kind: vHoldKind,
    /** UTC ms at which it leaves. */
    dueAt: v.number(),
    /** What the editor had: Tiptap JSON text. */
    doc: v.string(),
    parts: vDraftParts,
    close: v.boolean(),
    /** The thread's when it was written: a status that somebody set since stays. */
    statusBefore: vThreadStatus,
    /** Not sent when the customer writes first (product.md A-61). */
    cancelIfAnswered: v.boolean(),
    /** When the author wants to see it again if the customer has not answered, UTC ms. */
    remindAt: v.optional(v.number()),
    jobId: v.id("_scheduled_functions"),
  })
    .index("by_message", ["messageId"])
    .index("by_member", ["memberId", "kind", "dueAt"])
    .index("by_org", ["orgId", "kind", "dueAt"]),
  // How an organisation answers; absent = the defaults of sending/settings.ts. Written by admins.
  answerSettings: defineTable({
    orgId: v.id("organisations"),
    /** How long the toast offers "Undo"; 0 = answers leave at once. */
    undoSeconds: v.number(),
    /** What is chosen for a new planned answer. */
    cancelIfAnswered: v.boolean(),
    /** Answers by e-mail repeat the mail they answer; absent: they do. */
    quotesEarlier: v.optional(v.boolean()),
  }).index("by_org", ["orgId"]),
};
