import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { requireThread } from "./rows";
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
  if (text !== undefined && message.call !== undefined && message.call.loggedById !== member._id) {
    throw appError("forbidden", "Only who noted a call changes it.", { field: "text" });
  }
  const fields = {
    ...(text === undefined ? {} : { text: checkNote(text) }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  await ctx.db.patch("messages", message._id, fields);
  await record(ctx, {
    orgId: message.orgId,
    actor: { kind: "member", memberId: member._id },
    action: "message.changed",
    subject: { table: "messages", id: message._id },
    details: { fields: Object.keys(fields).join(", ") },
  });
  return { ...message, ...fields };
}
