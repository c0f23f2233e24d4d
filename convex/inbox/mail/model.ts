import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { MailNote } from "../../intake/email/notes";
import { normaliseSubject } from "../../intake/email/subject";
import { requireOrg } from "../../orgs/model";
import { candidateOf, findRefs, recordNamed } from "../model/refs";
import { liveThread } from "../model/rows";
import { numberIn, SUBJECT_WINDOW_MS, type Candidate } from "../threading";
import { noteText } from "./noteTexts";

/** Notes of one mail told; a mail of a hundred disguised files needs no hundred lines. */
const MAX_TOLD = 10;

/**
 * Says in the conversation what was out of the ordinary about the mail `messageId`; only the team reads it. Where another
 * matter may begin, the line says at which message.
 */
export async function tellMailNotes(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  { threadId, messageId }: { threadId: Id<"threads">; messageId?: Id<"messages"> },
  notes: readonly MailNote[],
): Promise<void> {
  if (notes.length === 0) return;
  const { locale } = await requireOrg(ctx, orgId);
  for (const note of notes.slice(0, MAX_TOLD)) {
    await ctx.db.insert("messages", {
      orgId,
      threadId,
      messageType: "system_notification",
      sender: { kind: "system", name: "mail" },
      recipients: [],
      text: noteText(locale, note),
      ...(note.kind === "other_subject" ? { splitAt: messageId } : {}),
      fileIds: [],
      isAutomatic: true,
      at: Date.now(),
    });
  }
}

/** Messages of a thread looked through for who takes part in it. */
const MAX_PARTICIPATION = 60;

type Asking = { orgId: Id<"organisations">; subject: string; from: { address: string } };

/**
 * The thread whose number the subject names. `candidate` only when the sender takes part in it, as its customer or as
 * somebody a message came from or went to; `number` without it otherwise (product.md 2.1 no. 7).
 */
export async function threadByNumber(
  ctx: QueryCtx,
  { orgId, subject, from }: Asking,
  contactId: Id<"contacts"> | null,
): Promise<{ number: number; candidate: Candidate<Id<"threads">> | null } | null> {
  const number = numberIn(subject);
  if (number === null) return null;
  const thread = await ctx.db
    .query("threads")
    .withIndex("by_org_number", (q) => q.eq("orgId", orgId).eq("number", number))
    .unique();
  if (thread === null) return null;
  const { _id: liveId, deleted } = await liveThread(ctx, thread);
  if (deleted !== undefined) return null;
  const takesPart =
    (contactId !== null && thread.contactId === contactId) || (await wroteOrReceived(ctx, liveId, from.address));
  return { number, candidate: takesPart ? await candidateOf(ctx, thread) : null };
}

async function wroteOrReceived(ctx: QueryCtx, threadId: Id<"threads">, address: string): Promise<boolean> {
  const messages = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .order("desc")
    .take(MAX_PARTICIPATION);
  return messages.some(
    ({ sender, recipients }) =>
      (sender.kind === "contact" && sender.address === address) ||
      recipients.some((recipient) => recipient.address.toLowerCase() === address),
  );
}

/** The reference under which a program's mails of one sender and subject are found; it can be no Message-ID. */
export function groupRef({ inboxChannel, from, subject }: Asking & { inboxChannel: Doc<"channels"> | null }): string {
  return `group ${inboxChannel?._id ?? ""} ${from.address} ${normaliseSubject(subject)}`;
}

/** The newest thread of a program's mails of this kind within the window, or null. */
export async function threadByGroup(
  ctx: QueryCtx,
  asking: Asking & { inboxChannel: Doc<"channels"> | null },
  now: number,
): Promise<Candidate<Id<"threads">> | null> {
  const found = await findRefs(ctx, asking.orgId, [groupRef(asking)]);
  const threads = found.map(({ thread }) => thread).filter((each) => now - each.lastMessageAt <= SUBJECT_WINDOW_MS);
  return threads.toSorted((a, b) => b.lastMessageAt - a.lastMessageAt)[0] ?? null;
}

/** Subject of the newest mail from outside in a thread; the thread's own when there is none. */
export async function lastInboundSubject(ctx: QueryCtx, thread: Doc<"threads">): Promise<string> {
  const messages = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", thread._id))
    .order("desc")
    .take(MAX_PARTICIPATION);
  return messages.find(({ messageType }) => messageType === "incoming")?.subject ?? thread.subject;
}

/**
 * Remembers the id of a mail a colleague sent from another program, so that answers to it find the conversation it went
 * on with (product.md 2.1 no. 2). One that answers nothing of ours, or is ours, leaves no trace.
 */
export async function noteOwnMail(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  { messageId, inReplyTo, references }: { messageId: string; inReplyTo: string[]; references: string[] },
): Promise<void> {
  const found = await findRefs(ctx, orgId, [...references, ...inReplyTo]);
  const parent = found.findLast(({ isMessage }) => isMessage);
  if (parent !== undefined) await recordNamed(ctx, { orgId, threadId: parent.thread.threadId }, [messageId]);
}
