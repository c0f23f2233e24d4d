import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { shownOf } from "../preview";
import { ownThread, patchThread, requireThread } from "./rows";
import { checkNote } from "./work";

/** The message of this thread. Throws `not_found` for another thread's or organisation's. */
export async function requireMessageOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  threadId: Id<"threads">,
  messageId: Id<"messages">,
): Promise<Doc<"messages">> {
  const thread = await requireThread(ctx, orgId, threadId);
  const message = await ctx.db.get("messages", messageId);
  if (message?.threadId === thread._id) return message;
  throw appError("not_found", "This message does not exist.");
}

/** The message, wherever it lies by now. Throws `not_found` for another organisation's. */
export async function requireMessageRow(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  messageId: Id<"messages">,
): Promise<Doc<"messages">> {
  const message = await ctx.db.get("messages", messageId);
  if (message?.orgId === orgId) return message;
  throw appError("not_found", "This message does not exist.");
}

/**
 * Changes what may still be changed of a message: the words of a note, and what other systems keep with it. Throws
 * `conflict` for the words of anything a customer wrote or was sent, `forbidden` for somebody else's call.
 */
export async function changeMessage(
  ctx: MutationCtx,
  member: Doc<"members">,
  message: Doc<"messages">,
  { text, metadata }: { text?: string; metadata?: Record<string, string> },
): Promise<Doc<"messages">> {
  if (text !== undefined && message.messageType !== "internal_note") {
    throw appError("conflict", "Only the words of a note can be changed.", { field: "text" });
  }
  if (text !== undefined && message.removedAt !== undefined) {
    throw appError("conflict", "This note was removed.", { field: "text" });
  }
  if (text !== undefined && message.call !== undefined && message.call.loggedById !== member._id) {
    throw appError("forbidden", "Only who noted a call changes it.", { field: "text" });
  }
  const fields = {
    ...(text === undefined ? {} : { text: checkNote(text), editedAt: Date.now() }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  await ctx.db.patch("messages", message._id, fields);
  if (text !== undefined) await showChanged(ctx, { ...message, ...fields });
  await record(ctx, {
    orgId: message.orgId,
    actor: { kind: "member", memberId: member._id },
    action: "message.changed",
    subject: { table: "messages", id: message._id },
    details: { fields: [text === undefined ? [] : "text", metadata === undefined ? [] : "metadata"].flat().join(", ") },
  });
  return { ...message, ...fields };
}

/** The lists say what the note says now, where they show it. */
async function showChanged(ctx: MutationCtx, message: Doc<"messages">): Promise<void> {
  const thread = await ownThread(ctx, message.orgId, message.threadId);
  if (thread.lastMessageAt !== message.at || thread.lastMessageType !== message.messageType) return;
  await patchThread(ctx, thread, { lastMessagePreview: shownOf(message) });
}
