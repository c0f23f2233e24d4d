import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { addressesOf } from "../../../contacts/model";
import { emit } from "../../../events/model";
import { recordFile } from "../../../files/model";
import type { SenderProof } from "../../../intake/email/source";
import { memberByAddress } from "../../../orgs/people/model";
import { noteFileNames } from "../../model/fileNames";
import { findRefs, messagesByRef, recordRefs } from "../../model/refs";
import { ownThread, patchThread } from "../../model/rows";
import { timelineInstant } from "../../preview";
import type { InboundMessage } from "../../model/receive";
import { settleReply, showReply } from "../../sending/model";

/** A mail of our own side, by its From: a mailbox of ours, or the address a member signs in with. */
export type OwnMail = Pick<
  InboundMessage,
  "subject" | "text" | "quotedText" | "html" | "files" | "inReplyTo" | "references" | "sentAt" | "recipients"
> & {
  author: { address: string; name?: string };
  /** Its From is a mailbox or sender of ours. */
  isFromOurs: boolean;
  /** We sent it ourselves and it came back in copy. */
  isReturned: boolean;
  automatic: string | null;
  proof: SenderProof;
  messageId: string;
};

export type OwnAnswer =
  | { kind: "answer"; threadId: Id<"threads"> }
  | { kind: "known" }
  /** It would be one, but nothing proves whom it is from. */
  | { kind: "unproven"; threadId: Id<"threads"> };

/**
 * Puts what a colleague answered from another mail program, with a mailbox of ours in copy, where it belongs: an answer of
 * theirs in the conversation it answers (product.md 2.1 no. 2). Only where mail servers vouch for the sender (anybody can
 * write any From) and the customer is among the recipients. Null for everything else, which goes its way as before.
 */
export async function receiveOwnAnswer(
  ctx: MutationCtx,
  { _id: rawEventId, orgId }: Doc<"rawEvents">,
  mail: OwnMail,
  mailboxId: Id<"channels"> | null,
): Promise<OwnAnswer | null> {
  const isProgram = mail.automatic !== null && mail.automatic !== "own_sender";
  if (mail.isReturned || isProgram) return null;
  const found = await findRefs(ctx, orgId, [...mail.references, ...mail.inReplyTo]);
  const parent = found.findLast(({ isMessage }) => isMessage);
  if (parent === undefined) return null;
  const member = await memberByAddress(ctx, orgId, mail.author.address);
  if (member === null && !mail.isFromOurs) return null;
  const namesakes = await messagesByRef(ctx, orgId, mail.messageId);
  if (namesakes.some(({ messageType }) => messageType === "outgoing")) return { kind: "known" };
  const thread = await ownThread(ctx, orgId, parent.thread.threadId);
  if (!(await reachesCustomer(ctx, thread, mail.recipients))) return null;
  if (mail.proof !== "pass") return { kind: "unproven", threadId: thread._id };
  const message = await insertAnswer(ctx, { thread, member, mailboxId, rawEventId }, mail);
  // One that was long on its way is not the newest.
  const isNewest = message.at >= thread.lastMessageAt;
  await settle(ctx, isNewest ? await showReply(ctx, thread, message) : thread, message, member);
  return { kind: "answer", threadId: thread._id };
}

async function reachesCustomer(
  ctx: QueryCtx,
  { contactId }: Doc<"threads">,
  recipients: OwnMail["recipients"],
): Promise<boolean> {
  if (contactId === undefined) return false;
  const theirs = new Set((await addressesOf(ctx, contactId)).map(({ address }) => address));
  return recipients.some(({ address }) => theirs.has(address.toLowerCase()));
}

type Place = {
  thread: Doc<"threads">;
  member: Doc<"members"> | null;
  mailboxId: Id<"channels"> | null;
  rawEventId: Id<"rawEvents">;
};

async function insertAnswer(
  ctx: MutationCtx,
  { thread, member, mailboxId, rawEventId }: Place,
  { author, subject, text, quotedText, html, recipients, ...mail }: OwnMail,
) {
  const { orgId, _id: threadId } = thread;
  const fileIds = await Promise.all(mail.files.map((file) => recordFile(ctx, { ...file, orgId })));
  const at = timelineInstant(mail.sentAt, Date.now());
  const messageId = await ctx.db.insert("messages", {
    orgId,
    threadId,
    messageType: "outgoing",
    channel: "email",
    channelId: mailboxId ?? thread.channelId,
    sender:
      member === null
        ? { kind: "system", name: author.name ?? author.address }
        : { kind: "member", memberId: member._id },
    from: author.address,
    recipients,
    ...(subject === "" ? {} : { subject }),
    text,
    quotedText,
    html,
    fileIds,
    externalMessageId: mail.messageId,
    rawEventId,
    sentAt: mail.sentAt ?? undefined,
    deliveryStatus: "sent",
    isAutomatic: false,
    isSentElsewhere: true,
    at,
  });
  await noteFileNames(ctx, { orgId, messageId, at }, mail.files);
  const ancestors = [...mail.references, ...mail.inReplyTo];
  await recordRefs(ctx, { _id: messageId, orgId, threadId }, mail.messageId, ancestors);
  return { messageId, text, fileIds, at };
}

/** The customer has an answer: unless they wrote again since it was sent. */
async function settle(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  { messageId, at }: { messageId: Id<"messages">; at: number },
  member: Doc<"members"> | null,
): Promise<void> {
  const { orgId, _id: threadId, contactId, status } = thread;
  if (member !== null) {
    const plain = { close: false, isAnswer: true, remindAt: undefined, goesOnFrom: undefined };
    const settled = { messageId, memberId: member._id, ...plain };
    await settleReply(ctx, thread, settled, { statusBefore: status, at });
    return;
  }
  await patchThread(ctx, thread, { status: "waiting_customer" }, "answered");
  await emit(ctx, { orgId, kind: "thread.answered", subject: { threadId, messageId, contactId } });
}
