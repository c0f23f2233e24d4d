import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { emit } from "../../../events/model";
import { appError } from "../../../lib/errors";
import { callerMayOpen } from "../../../lib/threadAccess";
import { requireOrg } from "../../../orgs/model";
import { waitingSince } from "../../../sla/model/clocks";
import { checkSubject } from "../../model/fields";
import { requireMessageOf } from "../../model/messageFields";
import { markRead } from "../../model/readMarks";
import { insertThread, patchThread, requireThread, restateWaiting } from "../../model/rows";
import { setPersonal } from "../../personal/model";
import { mergeText } from "../texts";
import { MOVE_BATCH, moveMessage, showNewest, tellThread, unansweredSince } from "./moves";

type NewSplit = {
  orgId: Id<"organisations">;
  member: Doc<"members">;
  threadId: Id<"threads">;
  messageIds: Id<"messages">[];
  subject: string;
};

/**
 * Makes a conversation of its own of some messages (product.md A-64, 2.1 no. 3): with their customer, their channel and
 * what was not answered of them. Answers to them find it. The undo is to merge it back. Throws `invalid` for no message,
 * for all of them or too many, and for a subject that is none; `not_found` for messages of another conversation.
 */
export async function splitThread(
  ctx: MutationCtx,
  { orgId, member, threadId, messageIds, subject }: NewSplit,
): Promise<Id<"threads">> {
  const origin = await requireThread(ctx, orgId, threadId);
  const chosen = [...new Set(messageIds)];
  if (chosen.length === 0 || chosen.length > MOVE_BATCH) {
    throw appError("invalid", `Choose 1 to ${MOVE_BATCH} messages.`, { field: "messageIds" });
  }
  const messages = await Promise.all(chosen.map((id) => requireMessageOf(ctx, orgId, origin._id, id)));
  const wasWaiting = (await waitingSince(ctx, origin._id)) !== null;
  const part = await openPart(ctx, origin, messages, checkSubject(subject));
  for (const message of messages) await moveMessage(ctx, message, part._id);
  const left = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", origin._id))
    .first();
  if (left === null) throw appError("invalid", "Leave at least one message where it is.", { field: "messageIds" });
  const filled = await showNewest(ctx, part);
  const partSince = wasWaiting ? await unansweredSince(ctx, part._id) : null;
  if (partSince !== null) await restateWaiting(ctx, await patchThread(ctx, filled, {}, "customer_wrote"), partSince);
  const shown = await showNewest(ctx, origin);
  if (wasWaiting) await restateWaiting(ctx, shown, await unansweredSince(ctx, origin._id));
  await markRead(ctx, filled, member._id);
  // Whoever saw the messages sees where they went, also when they had the other one by its team alone.
  if (!(await callerMayOpen(ctx, part))) await setPersonal(ctx, part, member._id, { isFollowing: true });
  await tellBoth(ctx, member, origin, filled);
  return part._id;
}

async function openPart(
  ctx: MutationCtx,
  origin: Doc<"threads">,
  messages: readonly Doc<"messages">[],
  subject: string,
): Promise<Doc<"threads">> {
  const incoming = messages.filter(({ messageType }) => messageType === "incoming").sort((a, b) => a.at - b.at);
  const sender = incoming.at(-1)?.sender;
  const newest = messages.reduce((last, message) => (message.at > last.at ? message : last));
  const { orgId, threadType, priority, assigneeId, customerAccountId, partnerAccountId } = origin;
  const part = await insertThread(ctx, {
    orgId,
    subject,
    threadType,
    priority,
    status: "open",
    assigneeId,
    customerAccountId,
    partnerAccountId,
    contactId: sender?.kind === "contact" ? sender.contactId : origin.contactId,
    channel: incoming.at(-1)?.channel ?? origin.channel,
    channelId: incoming.at(-1)?.channelId ?? origin.channelId,
    lastMessageAt: newest.at,
    lastMessagePreview: "",
    lastMessageType: newest.messageType,
    tags: origin.tags,
    externalReferences: {},
    splitFromId: origin._id,
  });
  return part;
}

async function tellBoth(
  ctx: MutationCtx,
  member: Doc<"members">,
  origin: Doc<"threads">,
  part: Doc<"threads">,
): Promise<void> {
  const { orgId } = origin;
  const { locale } = await requireOrg(ctx, orgId);
  const { displayName: name } = member;
  await tellThread(ctx, part, mergeText(locale, "split", { name, other: origin }));
  await tellThread(ctx, origin, mergeText(locale, "splitOff", { name, other: part }));
  const subject = { threadId: part._id, contactId: part.contactId };
  await emit(ctx, { orgId, kind: "thread.split", subject, payload: { fromId: origin._id, by: member._id } });
  for (const id of [origin._id, part._id]) {
    await record(ctx, {
      orgId,
      actor: { kind: "member", memberId: member._id },
      action: "thread.split",
      subject: { table: "threads", id },
      details: { from: origin.number, into: part.number },
    });
  }
}
