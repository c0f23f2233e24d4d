import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { removeFile } from "../../files/model";
import { appError } from "../../lib/errors";
import { followMentions } from "../personal/model";
import { shownOf } from "../preview";
import { forgetFileNames } from "./fileNames";
import { changeMessage, requireMessageRow } from "./messageFields";
import { patchThread, requireThread } from "./rows";

/** Messages looked at for what a list shows once the newest one is gone. */
const MAX_LOOKED_AT = 20;

/**
 * Changes the words of one's own note; whom it names anew is told. Throws `invalid` for words that are none, `forbidden`
 * for somebody else's note, `conflict` for what is no note, a call or a note that was removed.
 */
export async function changeOwnNote(
  ctx: MutationCtx,
  member: Doc<"members">,
  messageId: Id<"messages">,
  text: string,
): Promise<void> {
  const { note, thread } = await requireOwnNote(ctx, member, messageId);
  if (text.trim() === note.text) return;
  const after = await changeMessage(ctx, member, note, { text });
  await followMentions(ctx, thread, { text: after.text, before: note.text, messageId, by: member });
}

/** Takes one's own note away with its files; that there was one stays. Throws as above. */
export async function removeOwnNote(
  ctx: MutationCtx,
  member: Doc<"members">,
  messageId: Id<"messages">,
): Promise<void> {
  const { note, thread } = await requireOwnNote(ctx, member, messageId);
  for (const fileId of note.fileIds) await removeFile(ctx, fileId);
  await forgetFileNames(ctx, messageId);
  await ctx.db.patch("messages", messageId, { text: "", fileIds: [], removedAt: Date.now() });
  await showNewest(ctx, thread);
  await record(ctx, {
    orgId: note.orgId,
    actor: { kind: "member", memberId: member._id },
    action: "message.removed",
    subject: { table: "messages", id: messageId },
    details: { threadId: thread._id },
  });
}

async function requireOwnNote(ctx: QueryCtx, member: Doc<"members">, messageId: Id<"messages">) {
  const note = await requireMessageRow(ctx, member.orgId, messageId);
  const thread = await requireThread(ctx, member.orgId, note.threadId);
  if (note.messageType !== "internal_note" || note.call !== undefined) {
    throw appError("conflict", "Only notes can be changed.", { field: "messageId" });
  }
  if (note.sender.kind !== "member" || note.sender.memberId !== member._id) {
    throw appError("forbidden", "Only who wrote a note changes it.");
  }
  if (note.removedAt !== undefined || note.purgedAt !== undefined) {
    throw appError("conflict", "This note was removed.", { field: "messageId" });
  }
  return { note, thread };
}

/** The lists say of a conversation what its newest message that is left says. Its place in them stays. */
async function showNewest(ctx: MutationCtx, thread: Doc<"threads">): Promise<void> {
  const messages = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", thread._id).lte("at", Date.now()))
    .order("desc")
    .take(MAX_LOOKED_AT);
  const newest = messages.find(
    ({ removedAt, messageType }) => removedAt === undefined && messageType !== "system_notification",
  );
  if (newest === undefined) return;
  await patchThread(ctx, thread, { lastMessagePreview: shownOf(newest), lastMessageType: newest.messageType });
}
