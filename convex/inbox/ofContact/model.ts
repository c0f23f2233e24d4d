import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { requireContact } from "../../contacts/model";
import { ordersOf } from "../references/orders";

/** Messages of one person that are looked through. */
const WRITTEN_LIMIT = 50;

/** What a person wrote themselves from `since` on (UTC ms), oldest first, at most 50: no out-of-office, no bounce. */
export async function writtenSince(
  ctx: QueryCtx,
  contactId: Id<"contacts">,
  since: number,
): Promise<{ at: number; text: string }[]> {
  const rows = await ctx.db
    .query("messages")
    .withIndex("by_sender", (q) => q.eq("sender.contactId", contactId).gte("at", since))
    .take(WRITTEN_LIMIT);
  return rows.flatMap(({ at, text, isAutomatic, messageType }) =>
    isAutomatic || messageType !== "incoming" ? [] : [{ at, text }],
  );
}

/** A conversation as lists beside a person or an organisation show it. */
export async function summaryOf(ctx: QueryCtx, thread: Doc<"threads">) {
  const { _id: id, orgId, number, subject, status, channel, contactId, ticketId, lastMessageAt } = thread;
  const contact = contactId === undefined ? null : await requireContact(ctx, orgId, contactId);
  const ticket = ticketId === undefined ? null : await ctx.db.get("tickets", ticketId);
  return {
    id,
    number,
    subject,
    status,
    channel,
    orders: ordersOf(thread),
    contact: contact === null ? null : { id: contact._id, name: contact.name },
    ticketStatus: ticket?.status ?? null,
    lastMessageAt,
  };
}

/** Conversations of one person that are looked through for complaints: the newest. */
const COMPLAINTS_LIMIT = 50;

/** When the newest open complaint of a person began that is not older than `since` (UTC ms); null when there is none. */
export async function complainedSince(ctx: QueryCtx, contactId: Id<"contacts">, since: number): Promise<number | null> {
  const threads = await ctx.db
    .query("threads")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId).gte("lastMessageAt", since))
    .order("desc")
    .take(COMPLAINTS_LIMIT);
  const complaint = threads.find(({ threadType, isOpen }) => threadType === "complaint" && isOpen);
  return complaint === undefined ? null : Math.max(since, complaint._creationTime);
}
