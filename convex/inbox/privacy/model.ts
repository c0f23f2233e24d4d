import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { requireContact } from "../../contacts/model";
import { messagesPage as sentPage } from "../../delivery/privacy/model";
import { requireFile } from "../../files/model";
import { personRows, type ErasedPage, type PersonPage } from "../../lib/dataSubjects";
import { customerReactionTo, reactionsOf } from "../chats/model";
import { movesOf } from "../tickets/model/rows";
import { purgeMessage, purgeThread } from "../retention/model";

/** Messages a transaction exports or erases. */
const PAGE = 50;
/** Conversations of one person; more is a mailing list, and the oldest of it waits for its own period. */
const MAX_THREADS = 1_000;

// A cursor is "<place of the conversation>:<cursor in it>"; behind the last conversation come messages the person wrote
// in other people's ones.

/** The conversations of a person with all that was written in them, notes of the team included. */
export async function exportConversations(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
  cursor: string | null,
): Promise<PersonPage> {
  await requireContact(ctx, orgId, contactId);
  const { place, inner } = readCursor(cursor);
  const threads = await threadsOf(ctx, contactId);
  const thread = threads[place];
  const page = await messagesPage(ctx, thread ?? null, contactId, inner);
  const files = await Promise.all(page.page.flatMap(({ fileIds }) => fileIds.map((id) => requireFile(ctx, orgId, id))));
  const messages = await Promise.all(
    page.page.map(async (message) => ({
      ...message,
      conversation: thread?.subject,
      reactions: (await reactionsOf(ctx, message)).map(({ emoji, name }) => ({ emoji, name })),
    })),
  );
  const facts = inner === null && thread !== undefined ? [...factRows(thread), ...(await ticketRows(ctx, thread))] : [];
  const rows = [...facts, ...messages];
  return {
    rows: personRows(rows),
    files: files.map(({ storageId, name, contentType, sizeBytes }) => ({ storageId, name, contentType, sizeBytes })),
    cursor: nextCursor({ place, isLast: thread === undefined, page }),
  };
}

/**
 * What a person reacted with to messages that no conversation shows, of a journey for one. Those to messages of a
 * conversation are exported with it.
 */
export async function exportReactions(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
  cursor: string | null,
): Promise<PersonPage> {
  await requireContact(ctx, orgId, contactId);
  const page = await sentPage(ctx, contactId, cursor, PAGE);
  const rows = await Promise.all(
    page.page
      .filter(({ source }) => !("messageId" in source) || source.messageId === undefined)
      .map(async (row) => {
        const reaction = await customerReactionTo(ctx, row);
        const { _id: messageId, subject, sourceLabel } = row;
        return reaction === undefined ? [] : [{ messageId, message: subject || sourceLabel, ...reaction }];
      }),
  );
  return { rows: personRows(rows.flat()), files: [], cursor: page.isDone ? null : page.continueCursor };
}

/** What is kept about a conversation beside its words; no row where that is nothing. */
function factRows({ subject, externalReferences, attributes = {} }: Doc<"threads">) {
  const isEmpty = Object.keys(externalReferences).length + Object.keys(attributes).length === 0;
  return isEmpty ? [] : [{ conversation: subject, externalReferences, attributes }];
}

/** A conversation's ticket with every status it had, as members wrote it down. */
async function ticketRows(ctx: QueryCtx, { subject, ticketId }: Doc<"threads">) {
  const ticket = ticketId === undefined ? null : await ctx.db.get("tickets", ticketId);
  if (ticket === null) return [];
  const history = (await movesOf(ctx, ticket._id)).map(({ from, to, at, reason }) => ({ from, to, at, reason }));
  return [{ ...ticket, conversation: subject, history }];
}

/** Takes the texts, files, drafts and addresses out of a person's conversations, and what they wrote in others. */
export async function eraseConversations(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
  cursor: string | null,
): Promise<ErasedPage> {
  await requireContact(ctx, orgId, contactId);
  const { place, inner } = readCursor(cursor);
  const thread = (await threadsOf(ctx, contactId))[place];
  const page = await messagesPage(ctx, thread ?? null, contactId, inner);
  const now = Date.now();
  for (const message of page.page) await eraseMessage(ctx, message, now);
  if (page.isDone && thread !== undefined) await purgeThread(ctx, thread, now);
  return { count: page.page.length, cursor: nextCursor({ place, isLast: thread === undefined, page }) };
}

async function eraseMessage(ctx: MutationCtx, message: Doc<"messages">, now: number): Promise<void> {
  if (message.purgedAt === undefined) await purgeMessage(ctx, message, now);
  const { sender } = message;
  await ctx.db.patch("messages", message._id, {
    recipients: [],
    sender: sender.kind === "contact" ? { ...sender, address: "" } : sender,
  });
}

async function threadsOf(ctx: QueryCtx, contactId: Id<"contacts">): Promise<Doc<"threads">[]> {
  const threads = await ctx.db
    .query("threads")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .take(MAX_THREADS);
  // In the order they were made: an order that a new message does not change between two pages.
  return threads.sort((a, b) => a._creationTime - b._creationTime);
}

async function messagesPage(
  ctx: QueryCtx,
  thread: Doc<"threads"> | null,
  contactId: Id<"contacts">,
  cursor: string | null,
) {
  const messages =
    thread === null
      ? ctx.db.query("messages").withIndex("by_sender", (q) => q.eq("sender.contactId", contactId))
      : ctx.db.query("messages").withIndex("by_thread", (q) => q.eq("threadId", thread._id));
  return await messages.paginate({ cursor, numItems: PAGE });
}

function readCursor(cursor: string | null): { place: number; inner: string | null } {
  if (cursor === null) return { place: 0, inner: null };
  const at = cursor.indexOf(":");
  const inner = cursor.slice(at + 1);
  return { place: Number(cursor.slice(0, at)), inner: inner === "" ? null : inner };
}

function nextCursor(of: {
  place: number;
  isLast: boolean;
  page: { isDone: boolean; continueCursor: string };
}): string | null {
  const { place, isLast, page } = of;
  if (!page.isDone) return `${place}:${page.continueCursor}`;
  return isLast ? null : `${place + 1}:`;
}
