import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { callSettings } from "../../calls/model/settings";
import { callMeans, DEFAULT_CALL_SETTINGS } from "../../calls/rules";
import { callLine } from "../../calls/texts";
import { requireOrg } from "../../../orgs/model";
import { patchThread } from "../../model/rows";
import { previewOf } from "../../preview";
import { firstUnanswered } from "../waiting";

/** Messages one transaction moves: each is a row, its reference and the note of the move. */
export const MOVE_BATCH = 200;
/** Rows that carry one Message-ID in different places. */
const MAX_REFS = 5;
/** Messages looked through for what was not answered. */
const MAX_SAID = 200;

/** Puts a message into another conversation: answers to it find it there. */
export async function moveMessage(ctx: MutationCtx, message: Doc<"messages">, threadId: Id<"threads">): Promise<void> {
  await ctx.db.patch("messages", message._id, { threadId });
  const { externalMessageId: ref, orgId } = message;
  if (ref === undefined) return;
  const refs = await ctx.db
    .query("messageRefs")
    .withIndex("by_ref", (q) => q.eq("orgId", orgId).eq("ref", ref))
    .take(MAX_REFS);
  for (const row of refs) if (row.messageId === message._id) await ctx.db.patch("messageRefs", row._id, { threadId });
}

/** Adds a line that the team reads; where it speaks of another conversation, it leads there. */
export async function tellThread(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  text: string,
  other?: Doc<"threads">,
): Promise<Id<"messages">> {
  return await ctx.db.insert("messages", {
    orgId: thread.orgId,
    threadId: thread._id,
    messageType: "system_notification",
    sender: { kind: "system", name: "inbox" },
    recipients: [],
    text,
    fileIds: [],
    isAutomatic: true,
    otherThreadId: other?._id,
    at: Date.now(),
  });
}

/** Lets the list show what is the newest message by now; system lines are none. */
export async function showNewest(ctx: MutationCtx, thread: Doc<"threads">): Promise<Doc<"threads">> {
  const newest = (await newestMessages(ctx, thread._id)).find(
    ({ messageType }) => messageType !== "system_notification",
  );
  if (newest === undefined) return thread;
  const { at: lastMessageAt, text, messageType: lastMessageType, call } = newest;
  const words = call !== undefined && text === "" ? callLine((await requireOrg(ctx, thread.orgId)).locale, call) : text;
  return await patchThread(ctx, thread, { lastMessageAt, lastMessagePreview: previewOf(words), lastMessageType });
}

/** When the first message of a conversation came that nobody answered, by what lies in it now; null when none did. */
export async function unansweredSince(ctx: QueryCtx, threadId: Id<"threads">): Promise<number | null> {
  const messages = await newestMessages(ctx, threadId);
  const orgId = messages.find(({ call }) => call !== undefined)?.orgId;
  const settings = orgId === undefined ? DEFAULT_CALL_SETTINGS : await callSettings(ctx, orgId);
  return firstUnanswered(
    messages.map(({ sender, call, ...message }) => {
      const callMeaning = call === undefined ? "nothing" : callMeans(call, settings);
      return { ...message, senderKind: sender.kind, callMeaning };
    }),
  );
}

/** What was said so far: answers that are planned or may still be taken back are not. */
async function newestMessages(ctx: QueryCtx, threadId: Id<"threads">): Promise<Doc<"messages">[]> {
  const now = Date.now();
  const messages = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).lte("at", now))
    .order("desc")
    .take(MAX_SAID);
  return messages.filter(({ heldUntil = 0 }) => heldUntil <= now);
}
