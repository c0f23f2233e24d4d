import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { emit } from "../events/model";
import type { Channel, ThreadChannel } from "../lib/closedSets";
import { appError } from "../lib/errors";
import { changeOf } from "../lib/followed";
import { HOUR_MS } from "../lib/time";
import { requireOrg } from "../orgs/model";
import { accountOfAddresses, livingAccount, nameOf } from "./accounts/model";
import { countryOfLocale, readAddresses, type ReadAddress } from "./addresses";
import { searchable, splitName } from "./names";
import { isAddressChannel, type AddressChannel } from "./schema";
import { insertContact, patchContact, touchContact } from "./model/rows";

/** More addresses than this on one contact is an import gone wrong, not a person. */
export const MAX_ADDRESSES = 50;

/** What a booking, a message or an import says about a person. Addresses as written, not yet normalised. */
export type ContactFacts = {
  orgId: Id<"organisations">;
  name?: string;
  email?: string;
  /** Read as a number for SMS; the same number on WhatsApp is the same person. */
  phone?: string;
  whatsapp?: string;
  locale?: string;
  timezone?: string;
};

/**
 * The contact these facts are about: found by any of the addresses (e-mail first), else created. Blanks are filled, new
 * addresses added, nothing known is overwritten; addresses that belong to somebody else stay there. National phone
 * numbers are read in the organisation's country: a person's language says less about their number ("en-US" is what
 * many browsers send). An address that cannot be read is kept as the attribute `unreadableEmail` or `unreadablePhone`.
 * Throws `invalid` when there is neither a name nor a readable address.
 */
export async function resolveContact(ctx: MutationCtx, facts: ContactFacts): Promise<Doc<"contacts">> {
  const { orgId } = facts;
  const org = await requireOrg(ctx, orgId);
  const { addresses, unreadable } = readAddresses(facts, countryOfLocale(org.locale));
  const name = facts.name?.replace(/\s+/g, " ").trim() ?? "";
  if (name === "" && addresses.length === 0) {
    throw appError("invalid", "A contact needs a name, an e-mail address or a phone number.", { field: "email" });
  }
  const known = await findByAnyAddress(ctx, orgId, addresses);
  const contactId = known?._id ?? (await createContact(ctx, orgId, name, addresses));
  for (const { channel, address } of addresses) await addAddress(ctx, { orgId, contactId, channel, address });
  return await fillBlanks(ctx, contactId, { ...facts, name }, unreadable);
}

/** The contact, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireContact(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
): Promise<Doc<"contacts">> {
  const contact = await ctx.db.get("contacts", contactId);
  if (contact === null || contact.orgId !== orgId) throw appError("not_found", "This contact does not exist.");
  return contact;
}

/** The contact as which a person goes on after merges: itself, unless it became part of another one. */
export async function goesOnAs(ctx: QueryCtx, contact: Doc<"contacts">): Promise<Doc<"contacts">> {
  let current = contact;
  while (current.mergedInto !== undefined) current = await requireContact(ctx, contact.orgId, current.mergedInto);
  return current;
}

/** The contact that stands for one named long ago: itself, or what it was merged into; null once it is gone. */
export async function livingContact(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
): Promise<Doc<"contacts"> | null> {
  const contact = await ctx.db.get("contacts", contactId);
  return contact?.orgId === orgId ? await goesOnAs(ctx, contact) : null;
}

/** Contacts by name; with `text` those whose name or address matches it, best first; those of one account alone. */
export async function listContacts(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  {
    text = "",
    accountId,
    paginationOpts,
  }: { text?: string; accountId?: Id<"accounts">; paginationOpts: PaginationOptions },
) {
  const words = text.trim();
  const contacts =
    accountId !== undefined
      ? ctx.db.query("contacts").withIndex("by_account", (q) => q.eq("accountId", accountId))
      : words === ""
        ? ctx.db.query("contacts").withIndex("by_org", (q) => q.eq("orgId", orgId).eq("staffEmail", undefined))
        : ctx.db
            .query("contacts")
            .withSearchIndex("search", (q) => q.search("searchText", searchable(words)).eq("orgId", orgId));
  const result = await contacts.paginate(paginationOpts);
  // Of an erased person only an empty row is left, for the log; of a merged one, for the way back.
  const known = result.page.filter(({ erasedAt, mergedInto }) => erasedAt === undefined && mergedInto === undefined);
  return { ...result, page: await Promise.all(known.map((contact) => presentContact(ctx, contact))) };
}

/** Hits of the search index that are looked at: any word finds, all of them have to be there. */
const MAX_FOUND = 50;

/** Contacts whose name or addresses have every word of `text`, best first, at most `limit`. */
export async function findContacts(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  text: string,
  limit: number,
): Promise<Doc<"contacts">[]> {
  const words = text.trim().toLowerCase().split(/\s+/);
  const found = await ctx.db
    .query("contacts")
    .withSearchIndex("search", (q) => q.search("searchText", searchable(text)).eq("orgId", orgId))
    .take(MAX_FOUND);
  return found
    .filter(({ erasedAt, mergedInto }) => erasedAt === undefined && mergedInto === undefined)
    .filter(({ searchText }) => words.every((word) => searchText.includes(word)))
    .slice(0, limit);
}

/** One page of them to the end, best first; pages may be short. */
export async function pageOfFoundContacts(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  text: string,
  paginationOpts: PaginationOptions,
) {
  const words = text.trim().toLowerCase().split(/\s+/);
  const result = await ctx.db
    .query("contacts")
    .withSearchIndex("search", (q) => q.search("searchText", searchable(text)).eq("orgId", orgId))
    .paginate({ ...paginationOpts, numItems: Math.max(paginationOpts.numItems, MAX_FOUND) });
  const page = result.page
    .filter(({ erasedAt, mergedInto }) => erasedAt === undefined && mergedInto === undefined)
    .filter(({ searchText }) => words.every((word) => searchText.includes(word)));
  return { ...result, page };
}

/** A contact as lists and panels show it, with its addresses. */
export async function presentContact(ctx: QueryCtx, contact: Doc<"contacts">) {
  const { _id, _creationTime, name, firstName, lastName, locale, timezone, preferredChannel, attributes } = contact;
  const addresses = await addressesOf(ctx, _id);
  return {
    id: _id,
    name,
    firstName,
    lastName,
    locale,
    timezone,
    preferredChannel,
    attributes,
    tags: contact.tags ?? [],
    account: nameOf(await livingAccount(ctx, contact.accountId)),
    createdAt: _creationTime,
    updatedAt: changeOf(contact),
    isErased: contact.erasedAt !== undefined,
    mergedInto: contact.mergedInto ?? null,
    addresses: addresses.map(({ channel, address, isPrimary, state }) => ({ channel, address, isPrimary, state })),
  };
}

async function findByAnyAddress(ctx: QueryCtx, orgId: Id<"organisations">, addresses: ReadAddress[]) {
  for (const { channel, address } of addresses) {
    const contact = await findByAddress(ctx, { orgId, channel, address });
    if (contact !== null) return contact;
  }
  return null;
}

/** Somebody new belongs to the organisation whose domain their mail address has. */
async function createContact(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  named: string,
  addresses: readonly ReadAddress[],
): Promise<Id<"contacts">> {
  const name = named || (addresses[0]?.address ?? "");
  const mails = addresses.filter(({ channel }) => channel === "email").map(({ address }) => address);
  const accountId = await accountOfAddresses(ctx, orgId, mails);
  const fields = { orgId, name, accountId, attributes: {}, searchText: searchable(name) };
  const contactId = await insertContact(ctx, fields);
  await emit(ctx, { orgId, kind: "contact.created", subject: { contactId } });
  return contactId;
}

async function fillBlanks(
  ctx: MutationCtx,
  contactId: Id<"contacts">,
  facts: ContactFacts & { name: string },
  unreadable: Record<string, string>,
): Promise<Doc<"contacts">> {
  const contact = await requireContact(ctx, facts.orgId, contactId);
  const addresses = (await addressesOf(ctx, contactId)).map((row) => row.address);
  // A contact that first wrote without a name is called by its address until a name is known.
  const isNameless = addresses.includes(contact.name) || contact.name === "";
  const name = isNameless && facts.name !== "" ? facts.name : contact.name;
  const parts = addresses.includes(name) ? {} : splitName(name);
  const filled = {
    name,
    firstName: contact.firstName ?? parts.firstName,
    lastName: contact.lastName ?? parts.lastName,
    locale: contact.locale ?? facts.locale,
    timezone: contact.timezone ?? facts.timezone,
    attributes: { ...unreadable, ...contact.attributes },
    searchText: searchable([name, ...addresses].join(" ")),
  };
  const isSame = Object.entries(filled).every(
    ([field, value]) => JSON.stringify(value) === JSON.stringify(contact[field as keyof typeof filled]),
  );
  if (isSame) return contact;
  await patchContact(ctx, contactId, filled);
  return { ...contact, ...filled };
}

// Addresses

/** A normalised address of an organisation's contact. */
export type AddressKey = { orgId: Id<"organisations">; channel: AddressChannel; address: string };

/** All addresses of a contact, in the order they became known. */
export async function addressesOf(ctx: QueryCtx, contactId: Id<"contacts">): Promise<Doc<"contactAddresses">[]> {
  const rows = await ctx.db
    .query("contactAddresses")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .take(MAX_ADDRESSES);
  return rows.sort((a, b) => a._creationTime - b._creationTime);
}

/**
 * The address to write to on `channel`: the primary one unless it is known to be invalid, else the oldest that is not.
 * Null when there is none, and for channels without personal addresses.
 */
export async function primaryAddress(
  ctx: QueryCtx,
  contactId: Id<"contacts">,
  channel: ThreadChannel,
): Promise<Doc<"contactAddresses"> | null> {
  return usableAddress(await addressesOf(ctx, contactId), channel);
}

/** The same from addresses at hand, oldest first. */
export function usableAddress(
  addresses: readonly Doc<"contactAddresses">[],
  channel: ThreadChannel,
): Doc<"contactAddresses"> | null {
  const usable = addresses.filter((row) => row.channel === channel && row.state !== "invalid");
  return usable.find((row) => row.isPrimary) ?? usable[0] ?? null;
}

/** The contact an address belongs to, or null. A phone number is the same person on SMS and WhatsApp. */
export async function findByAddress(
  ctx: QueryCtx,
  { orgId, channel, address }: AddressKey,
): Promise<Doc<"contacts"> | null> {
  const channels: AddressChannel[] =
    channel === "email" ? ["email"] : channel === "sms" ? ["sms", "whatsapp"] : ["whatsapp", "sms"];
  for (const candidate of channels) {
    const row = await getAddress(ctx, { orgId, channel: candidate, address });
    if (row !== null) return await ctx.db.get("contacts", row.contactId);
  }
  return null;
}

/**
 * Gives a contact an address. Does nothing when any contact of the organisation has it already: addresses change hands
 * only by a merge. The first usable one on a channel becomes primary.
 */
export async function addAddress(ctx: MutationCtx, entry: AddressKey & { contactId: Id<"contacts"> }): Promise<void> {
  if ((await getAddress(ctx, entry)) !== null) return;
  const isPrimary = (await primaryAddress(ctx, entry.contactId, entry.channel)) === null;
  await ctx.db.insert("contactAddresses", { ...entry, isPrimary, state: "unverified" });
  await touchContact(ctx, entry.contactId);
}

/** Marks an address as one that does not exist (hard bounce, unassigned number). Unknown addresses are left alone. */
export async function markAddressInvalid(
  ctx: MutationCtx,
  key: { orgId: Id<"organisations">; channel: Channel; address: string },
): Promise<void> {
  if (!isAddressChannel(key.channel)) return;
  const row = await getAddress(ctx, { ...key, channel: key.channel });
  if (row === null || row.state === "invalid") return;
  await ctx.db.patch("contactAddresses", row._id, { state: "invalid" });
  await touchContact(ctx, row.contactId);
}

/** The row of a normalised address, or null. */
export async function getAddress(
  ctx: QueryCtx,
  { orgId, channel, address }: AddressKey,
): Promise<Doc<"contactAddresses"> | null> {
  return await ctx.db
    .query("contactAddresses")
    .withIndex("by_address", (q) => q.eq("orgId", orgId).eq("channel", channel).eq("address", address))
    .unique();
}

/** WhatsApp's customer service window (providers.md 13.4). */
const INBOUND_WINDOW_MS = 24 * HOUR_MS;

/** Remembers that the person wrote from an address. Unknown addresses are left alone; an older instant changes nothing. */
export async function notePersonWrote(ctx: MutationCtx, key: AddressKey, at: number): Promise<void> {
  const row = await getAddress(ctx, key);
  if (row === null || (row.lastInboundAt ?? 0) >= at) return;
  await ctx.db.patch("contactAddresses", row._id, { lastInboundAt: at });
}

/** True while the person's last message from this WhatsApp address is at most 24 hours old. */
export async function inboundWindowOpen(
  ctx: QueryCtx,
  { orgId, channel, address }: { orgId: Id<"organisations">; channel: Channel; address: string },
  now: number,
): Promise<boolean> {
  if (channel !== "whatsapp") return false;
  const row = await getAddress(ctx, { orgId, channel, address });
  return row?.lastInboundAt !== undefined && now - row.lastInboundAt <= INBOUND_WINDOW_MS;
}
