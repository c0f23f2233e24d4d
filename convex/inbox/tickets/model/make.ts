import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import {
  addressesOf,
  findByAddress,
  goesOnAs,
  primaryAddress,
  requireContact,
  resolveContact,
} from "../../../contacts/model";
import { emit } from "../../../events/model";
import { countryOfLocale, normaliseAddress } from "../../../contacts/addresses";
import { ADDRESS_CHANNELS, type AddressChannel } from "../../../contacts/schema";
import { appError } from "../../../lib/errors";
import { callerMayOpen, type MaybeMemberCtx } from "../../../lib/threadAccess";
import { localDay } from "../../../lib/time";
import { requireOrg } from "../../../orgs/model";
import { changeThread } from "../../model/fields";
import { openConversation } from "../../model/open";
import { ownThread, patchThread, requireThread } from "../../model/rows";
import { addNote, checkNote } from "../../model/work";
import { priorityOf, sourceOf, ticketStatusOf } from "../mapping";
import type { TicketPerson } from "../schema";
import type { TicketSource, Urgency } from "../sets";
import { ensureTicketPolicy } from "./deadline";
import { ticketSettings } from "./settings";
import { insertTicket } from "./rows";
import { checkCategory } from "./describe";

/** Conversations of one person that are looked at for a ticket of the same day. */
const MAX_RECENT = 50;

type By = { orgId: Id<"organisations">; member: Doc<"members"> };

/** What is said of a ticket when it is made. `isSeparate`: another one of the same number and day is meant. */
export type TicketFacts = { source?: TicketSource; category?: string; urgency?: Urgency; isSeparate?: boolean };

/** The conversation that is the ticket now; not `isNew`: it was there already, maybe in another conversation. */
export type Made = { threadId: Id<"threads">; number: number; isNew: boolean };

/**
 * Makes a conversation a ticket. One that is one stays as it is. A ticket of the same phone number made on the same day
 * is that ticket (product.md E-05), unless another one is meant. Throws `not_found`, `invalid` for an overlong category.
 */
export async function makeTicket(
  ctx: MutationCtx & MaybeMemberCtx,
  by: By,
  threadId: Id<"threads">,
  facts: TicketFacts,
): Promise<Made> {
  const thread = await requireThread(ctx, by.orgId, threadId);
  if (thread.ticketId !== undefined) return made(thread, false);
  const date = await today(ctx, by.orgId);
  const phones = thread.contactId === undefined ? [] : await phonesOf(ctx, thread.contactId);
  const known = facts.isSeparate === true ? null : await ticketOfDay(ctx, by.orgId, phones, date);
  if (known !== null) return made(known, false);
  return made(await become(ctx, by, thread, { ...facts, date }), true);
}

/** A ticket a member or another system writes down. `text`: what the customer wants. */
export type NewTicket = TicketFacts & { person: TicketPerson; subject: string; text: string; clientId: string };

/**
 * Opens a conversation that is a ticket: its words are a note, and the customer waits for an answer from now on. The same
 * `clientId` again is the same ticket. Throws `invalid` with the field, `not_found` for another organisation's contact.
 */
export async function openTicket(
  ctx: MutationCtx & MaybeMemberCtx,
  by: By,
  { person, subject, text, clientId, ...facts }: NewTicket,
): Promise<Made> {
  const { orgId, member } = by;
  const again = await ticketOfClient(ctx, orgId, clientId);
  if (again !== null) return made(again, false);
  const words = text.trim() === "" ? null : checkNote(text);
  const contactId = await contactFor(ctx, orgId, person);
  const date = await today(ctx, orgId);
  const phones = await phonesOf(ctx, contactId);
  const known = facts.isSeparate === true ? null : await ticketOfDay(ctx, orgId, phones, date);
  if (known !== null) return made(known, false);
  const thread = await openConversation(ctx, by, {
    contactId,
    subject,
    channel: await channelOf(ctx, contactId),
    threadType: "customer_support",
    priority: priorityOf(facts.urgency ?? "MED"),
    tags: [],
    externalReferences: {},
  });
  const ticket = await become(ctx, by, thread, { source: "manual", ...facts, date, clientId });
  if (words !== null) await addNote(ctx, { orgId, member, threadId: thread._id, text: words, clientId });
  // The customer asked, whatever way: somebody owes them an answer.
  await patchThread(ctx, await ownThread(ctx, orgId, thread._id), {}, "customer_wrote");
  return made(ticket, true);
}

/** Makes a conversation that has no customer a ticket. Its `clientId` finds it again (`ticketOfClient`). */
export async function makeInternalTicket(
  ctx: MutationCtx & MaybeMemberCtx,
  by: By,
  thread: Doc<"threads">,
  facts: { category: string; clientId: string },
): Promise<Doc<"threads">> {
  return await become(ctx, by, thread, { source: "manual", ...facts, date: await today(ctx, by.orgId) });
}

/** The conversation of the ticket that was made with this id before; null when there is none. */
export async function ticketOfClient(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  clientId: string,
): Promise<Doc<"threads"> | null> {
  const ticket = await ctx.db
    .query("tickets")
    .withIndex("by_client", (q) => q.eq("orgId", orgId).eq("clientId", clientId))
    .first();
  return ticket === null ? null : await requireThread(ctx, orgId, ticket.threadId);
}

/**
 * Makes a customer's new conversation a ticket where the organisation wants that of its channel. One whose phone number
 * has a ticket of that day stays as it is (product.md E-05). Returns the conversation as it is now.
 */
export async function ticketOfNew(ctx: MutationCtx, thread: Doc<"threads">): Promise<Doc<"threads">> {
  const { orgId, channel, contactId } = thread;
  const { channels } = await ticketSettings(ctx, orgId);
  if (!channels.some((wanted) => wanted === channel)) return thread;
  const date = await today(ctx, orgId);
  const phones = contactId === undefined ? [] : await phonesOf(ctx, contactId);
  if ((await ticketOfDay(ctx, orgId, phones, date)) !== null) return thread;
  return await turnInto(ctx, thread, { date });
}

async function become(
  ctx: MutationCtx & MaybeMemberCtx,
  by: By,
  thread: Doc<"threads">,
  { urgency, ...fields }: TicketFacts & TicketOrigin,
): Promise<Doc<"threads">> {
  await ensureTicketPolicy(ctx, by.member);
  const after = await turnInto(ctx, thread, fields, by.member._id);
  if (urgency !== undefined) await changeThread(ctx, by, thread._id, { priority: priorityOf(urgency) });
  return after;
}

type TicketOrigin = { date: string; clientId?: string };

/** Without `memberId` it happens by itself. */
async function turnInto(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  { source = sourceOf(thread.channel), category, date, clientId }: Omit<TicketFacts, "urgency"> & TicketOrigin,
  memberId?: Id<"members">,
): Promise<Doc<"threads">> {
  const { orgId, _id: threadId } = thread;
  const kind = category === undefined ? undefined : checkCategory(category);
  const status = ticketStatusOf(thread.status) ?? "NEW";
  const fields = { orgId, threadId, status, source, category: kind, date, clientId };
  const ticketId = await insertTicket(ctx, fields, memberId);
  const after = await patchThread(ctx, thread, { ticketId });
  const { contactId, number } = after;
  await emit(ctx, { orgId, kind: "ticket.created", subject: { threadId, contactId }, payload: { number, source } });
  const actor = memberId === undefined ? ({ kind: "system", name: "tickets" } as const) : memberActor(memberId);
  const subject = { table: "threads", id: threadId };
  await record(ctx, { orgId, actor, action: "ticket.created", subject, details: { source } });
  return after;
}

function memberActor(memberId: Id<"members">) {
  return { kind: "member", memberId } as const;
}

function made({ _id: threadId, number }: Doc<"threads">, isNew: boolean): Made {
  return { threadId, number, isNew };
}

async function today(ctx: QueryCtx, orgId: Id<"organisations">): Promise<string> {
  return localDay(Date.now(), (await requireOrg(ctx, orgId)).timezone).date;
}

/** A person's phone numbers, normalised, whatever they are used for. */
async function phonesOf(ctx: QueryCtx, contactId: Id<"contacts">): Promise<string[]> {
  const addresses = await addressesOf(ctx, contactId);
  return [...new Set(addresses.flatMap(({ channel, address }) => (channel === "email" ? [] : [address])))];
}

/**
 * The conversation whose ticket was made on that day for somebody with one of these numbers; null when there is none that
 * the caller may open: what they may not see is none to them.
 */
async function ticketOfDay(
  ctx: QueryCtx & MaybeMemberCtx,
  orgId: Id<"organisations">,
  phones: readonly string[],
  date: string,
): Promise<Doc<"threads"> | null> {
  for (const contactId of await ownersOf(ctx, orgId, phones)) {
    const recent = await ctx.db
      .query("threads")
      .withIndex("by_contact", (q) => q.eq("contactId", contactId))
      .order("desc")
      .take(MAX_RECENT);
    for (const thread of recent) {
      const ticket = thread.ticketId === undefined ? null : await ctx.db.get("tickets", thread.ticketId);
      if (ticket?.date === date && (await callerMayOpen(ctx, thread))) return thread;
    }
  }
  return null;
}

/** Everybody a number is an address of: it may be one person's for texts and another's for WhatsApp. */
async function ownersOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  phones: readonly string[],
): Promise<Set<Id<"contacts">>> {
  const owners = new Set<Id<"contacts">>();
  for (const address of phones) {
    for (const channel of ["sms", "whatsapp"] as const) {
      const owner = await findByAddress(ctx, { orgId, channel, address });
      if (owner !== null) owners.add(owner._id);
    }
  }
  return owners;
}

async function contactFor(ctx: MutationCtx, orgId: Id<"organisations">, person: TicketPerson): Promise<Id<"contacts">> {
  if (person.kind === "contact") {
    return (await goesOnAs(ctx, await requireContact(ctx, orgId, person.contactId)))._id;
  }
  const { address, name } = person;
  const channel = address.includes("@") ? "email" : "sms";
  if (normaliseAddress(channel, address, countryOfLocale((await requireOrg(ctx, orgId)).locale)) === null) {
    throw appError("invalid", "This is no e-mail address and no phone number.", { field: "person" });
  }
  const facts = channel === "email" ? { email: address } : { phone: address };
  return (await resolveContact(ctx, { orgId, ...facts, ...(name === undefined ? {} : { name }) }))._id;
}

/** Where the person is answered first: the channel they prefer if they have an address on it, else the first they have. */
export async function channelOf(ctx: QueryCtx, contactId: Id<"contacts">): Promise<AddressChannel> {
  const preferred = (await ctx.db.get("contacts", contactId))?.preferredChannel;
  const wished = ADDRESS_CHANNELS.filter((channel) => channel === preferred);
  for (const channel of [...wished, ...ADDRESS_CHANNELS]) {
    if ((await primaryAddress(ctx, contactId, channel)) !== null) return channel;
  }
  return "email";
}
