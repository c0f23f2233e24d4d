import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { removeFile } from "../../files/model";
import { forgetOriginal } from "../../intake/originals/model";
import { requireOrg } from "../../orgs/model";
import { markOf, retentionOf, setMark } from "../../orgs/retention/model";
import { cutoff } from "../../orgs/retention/rules";
import { forgetReactions } from "../chats/model";
import { patchThread } from "../model/rows";
import { purgeHold } from "../sending/model/holds";
import { forgetFileNames } from "../model/fileNames";
import { purgeSharedDrafts } from "../sharedDrafts/model";
import { purgeTicket } from "../tickets/model/rows";

/** Messages of one conversation that one transaction takes the texts of. */
const MESSAGES_PER_STEP = 100;
const MAX_DRAFTS = 200;

/**
 * Takes the texts of one old conversation of an organisation; who wrote when and by which channel stays. A conversation
 * is as old as its last message. True when there may be more.
 */
export async function purgeConversations(ctx: MutationCtx, orgId: Id<"organisations">, now: number): Promise<boolean> {
  const before = cutoff(retentionOf(await requireOrg(ctx, orgId)).conversationDays, now);
  const from = await markOf(ctx, orgId, "conversations");
  if (before === null || before <= from) return false;
  const thread = await oldestWithText(ctx, orgId, { from, before });
  if (thread === null) {
    await setMark(ctx, orgId, "conversations", before);
    return false;
  }
  if (await purgeThread(ctx, thread, now)) await setMark(ctx, orgId, "conversations", thread.lastMessageAt);
  return true;
}

// Open ones and closed ones lie apart in the index.
async function oldestWithText(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { from, before }: { from: number; before: number },
): Promise<Doc<"threads"> | null> {
  const found: Doc<"threads">[] = [];
  for (const isOpen of [false, true]) {
    const threads = ctx.db
      .query("threads")
      .withIndex("by_org_open", (q) =>
        q.eq("orgId", orgId).eq("isOpen", isOpen).gte("lastMessageAt", from).lt("lastMessageAt", before),
      );
    // Only conversations of the mark's own millisecond can be done already: this reads on past few.
    for await (const thread of threads) {
      if (thread.purgedAt !== undefined && thread.purgedAt >= thread.lastMessageAt) continue;
      found.push(thread);
      break;
    }
  }
  return found.sort((a, b) => a.lastMessageAt - b.lastMessageAt)[0] ?? null;
}

/**
 * Takes the texts, files and drafts of a conversation, a batch at a time. Returns whether it is done; again changes
 * nothing.
 */
export async function purgeThread(ctx: MutationCtx, thread: Doc<"threads">, now: number): Promise<boolean> {
  const messages = await ctx.db
    .query("messages")
    .withIndex("by_thread_purged", (q) => q.eq("threadId", thread._id).eq("purgedAt", undefined))
    .take(MESSAGES_PER_STEP);
  for (const message of messages) await purgeMessage(ctx, message, now);
  if (messages.length === MESSAGES_PER_STEP) return false;
  const drafts = await ctx.db
    .query("drafts")
    .withIndex("by_thread_member", (q) => q.eq("threadId", thread._id))
    .take(MAX_DRAFTS);
  for (const draft of drafts) await ctx.db.delete("drafts", draft._id);
  await purgeSharedDrafts(ctx, thread._id);
  if (thread.ticketId !== undefined) await purgeTicket(ctx, thread.ticketId);
  await patchThread(ctx, thread, { subject: "", lastMessagePreview: "", attributes: undefined, purgedAt: now });
  return true;
}

/** Takes what one message said and the files it came with. */
export async function purgeMessage(ctx: MutationCtx, message: Doc<"messages">, now: number): Promise<void> {
  await purgeHold(ctx, message._id);
  for (const fileId of message.fileIds) await removeFile(ctx, fileId);
  await forgetFileNames(ctx, message._id);
  await forgetReactions(ctx, message);
  if (message.rawEventId !== undefined) await forgetOriginal(ctx, message.rawEventId);
  await ctx.db.patch("messages", message._id, {
    text: "",
    subject: undefined,
    quotedText: undefined,
    html: undefined,
    failureReason: undefined,
    fileIds: [],
    missingFiles: undefined,
    rawEventId: undefined,
    purgedAt: now,
  });
}
