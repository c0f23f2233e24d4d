import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction } from "../../audit/actions";
import { record } from "../../audit/model";
import type { Actor } from "../../audit/schema";
import { emitIfWanted } from "../../events/model";
import { appError } from "../../lib/errors";
import { isZone } from "../../lib/time";
import { requireOrg } from "../../orgs/model";
import { requireAccount } from "../accounts/model";
import { changedAttributes } from "../fields/model";
import { type AttributeChange, readTags } from "../fields/rules";
import { countryOfLocale, normaliseAddress } from "../addresses";
import {
  addAddress,
  addressesOf,
  findByAddress,
  getAddress,
  MAX_ADDRESSES,
  primaryAddress,
  requireContact,
} from "../model";
import { searchable, splitName } from "../names";
import type { AddressChannel } from "../schema";
import { patchContact } from "../model/rows";

/** A name of a person or an organisation has at most so many. */
export const MAX_NAME_CHARS = 200;

/** What a member says about a contact; null takes a value away, what is absent stays. */
export type ContactChange = {
  name?: string;
  locale?: string | null;
  timezone?: string | null;
  accountId?: Id<"accounts"> | null;
  tags?: string[];
  attributes?: AttributeChange;
};

/**
 * Changes what is known about a contact. Values of defined attributes must be of their kind; others are kept as they are.
 * Throws `invalid` with the field, `conflict` for somebody who was erased or became part of another contact.
 */
export async function changeContact(
  ctx: MutationCtx,
  member: Doc<"members">,
  contactId: Id<"contacts">,
  change: ContactChange,
): Promise<void> {
  await changeContactBy(
    ctx,
    { orgId: member.orgId, actor: { kind: "member", memberId: member._id } },
    contactId,
    change,
  );
}

/** The same on behalf of whoever it is. */
export async function changeContactBy(
  ctx: MutationCtx,
  { orgId, actor }: { orgId: Id<"organisations">; actor: Actor },
  contactId: Id<"contacts">,
  change: ContactChange,
): Promise<void> {
  const contact = await requireLiving(ctx, orgId, contactId);
  const wanted = await readChange(ctx, contact, change);
  const changed = Object.entries(wanted).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(contact[name as keyof typeof contact]),
  );
  if (changed.length === 0) return;
  await patchContact(ctx, contactId, Object.fromEntries(changed));
  const names = changed.map(([name]) => name).filter((name) => name !== "searchText");
  await record(ctx, {
    orgId,
    actor,
    action: "contact.changed",
    subject: { table: "contacts", id: contactId },
    details: { fields: names.join(", ") },
  });
  await emitIfWanted(ctx, { orgId, kind: "contact.changed", subject: { contactId } });
}

/** What a change makes of a contact's row. Throws `invalid` with the field, `not_found` for an organisation that is none. */
export async function readChange(
  ctx: MutationCtx,
  contact: Doc<"contacts">,
  change: ContactChange,
): Promise<Partial<Doc<"contacts">>> {
  const { orgId } = contact;
  const wanted: Partial<Doc<"contacts">> = {
    ...(change.name === undefined ? {} : await namedAs(ctx, contact, change.name)),
    ...(change.locale === undefined ? {} : { locale: checkLocale(change.locale) }),
    ...(change.timezone === undefined ? {} : { timezone: checkZone(change.timezone) }),
    ...(change.tags === undefined ? {} : { tags: checkTags(change.tags) }),
  };
  if (change.attributes !== undefined) {
    const { attributes: known } = contact;
    wanted.attributes = await changedAttributes(ctx, orgId, { known, change: change.attributes });
  }
  if (change.accountId !== undefined) {
    if (change.accountId !== null) await requireAccount(ctx, orgId, change.accountId);
    wanted.accountId = change.accountId ?? undefined;
  }
  return wanted;
}

/** The contact, if anything about it can still be changed. */
export async function requireLiving(ctx: QueryCtx, orgId: Id<"organisations">, contactId: Id<"contacts">) {
  const contact = await requireContact(ctx, orgId, contactId);
  if (contact.erasedAt !== undefined) throw appError("conflict", "This person was erased.");
  if (contact.mergedInto !== undefined) throw appError("conflict", "This contact is part of another one.");
  return contact;
}

/** An address as a member writes it. */
export type WrittenAddress = { channel: AddressChannel; address: string };

/**
 * Gives a contact an address: normalised, national numbers read in the organisation's country. Nothing is agreed to by it,
 * and a suppression of that address goes on. Known already on this contact: nothing happens. Throws `invalid` for what is
 * no address or one too many, `conflict` when somebody else has it.
 */
export async function giveAddress(
  ctx: MutationCtx,
  member: Doc<"members">,
  contactId: Id<"contacts">,
  { channel, address: written }: WrittenAddress,
): Promise<void> {
  const { orgId } = member;
  const contact = await requireLiving(ctx, orgId, contactId);
  const address = normaliseAddress(channel, written, countryOfLocale((await requireOrg(ctx, orgId)).locale));
  if (address === null) throw appError("invalid", `"${written}" is no address for ${channel}.`, { field: "address" });
  const owner = await findByAddress(ctx, { orgId, channel, address });
  if (owner !== null && owner._id !== contactId) {
    throw appError("conflict", `${address} belongs to ${owner.name}. Merge the two contacts.`, { field: "address" });
  }
  const known = await addressesOf(ctx, contactId);
  if (known.some((row) => row.channel === channel && row.address === address)) return;
  if (known.length >= MAX_ADDRESSES) {
    throw appError("invalid", `A contact has at most ${MAX_ADDRESSES} addresses.`, { field: "address" });
  }
  await addAddress(ctx, { orgId, contactId, channel, address });
  await afterAddresses(ctx, member, contact, { action: "contact.address_added", channel });
}

/**
 * Takes an address from a contact; consents and the log keep what they say about it. The oldest usable one of its channel
 * becomes primary. Throws `not_found` when the contact does not have it.
 */
export async function takeAddress(
  ctx: MutationCtx,
  member: Doc<"members">,
  contactId: Id<"contacts">,
  { channel, address }: WrittenAddress,
): Promise<void> {
  const contact = await requireLiving(ctx, member.orgId, contactId);
  const row = await requireAddress(ctx, contact, { channel, address });
  await ctx.db.delete("contactAddresses", row._id);
  const next = row.isPrimary ? await primaryAddress(ctx, contactId, channel) : null;
  if (next !== null) await ctx.db.patch("contactAddresses", next._id, { isPrimary: true });
  await afterAddresses(ctx, member, contact, { action: "contact.address_removed", channel });
}

/** Writes to this address first on its channel. Throws `not_found` as above, `invalid` for one that does not exist. */
export async function preferAddress(
  ctx: MutationCtx,
  member: Doc<"members">,
  contactId: Id<"contacts">,
  { channel, address }: WrittenAddress,
): Promise<void> {
  const contact = await requireLiving(ctx, member.orgId, contactId);
  const row = await requireAddress(ctx, contact, { channel, address });
  if (row.state === "invalid") throw appError("invalid", "This address does not exist.", { field: "address" });
  if (row.isPrimary) return;
  for (const other of await addressesOf(ctx, contactId)) {
    if (other.channel === channel && other.isPrimary)
      await ctx.db.patch("contactAddresses", other._id, { isPrimary: false });
  }
  await ctx.db.patch("contactAddresses", row._id, { isPrimary: true });
  await afterAddresses(ctx, member, contact, { action: "contact.address_preferred", channel });
}

async function requireAddress(ctx: QueryCtx, { _id, orgId }: Doc<"contacts">, { channel, address }: WrittenAddress) {
  const row = await getAddress(ctx, { orgId, channel, address });
  if (row === null || row.contactId !== _id) throw appError("not_found", "This contact does not have this address.");
  return row;
}

// The log says what was done and not to which address: it outlives the person's data.
async function afterAddresses(
  ctx: MutationCtx,
  { _id: memberId, orgId }: Doc<"members">,
  { _id, name }: Doc<"contacts">,
  { action, channel }: { action: AuditAction; channel: AddressChannel },
): Promise<void> {
  const addresses = (await addressesOf(ctx, _id)).map((row) => row.address);
  await patchContact(ctx, _id, { searchText: searchable([name, ...addresses].join(" ")) });
  const actor = { kind: "member", memberId } as const;
  await record(ctx, { orgId, actor, action, subject: { table: "contacts", id: _id }, details: { channel } });
}

async function namedAs(ctx: MutationCtx, { _id }: Doc<"contacts">, text: string) {
  const name = text.normalize("NFC").replace(/\s+/g, " ").trim();
  if (name === "" || name.length > MAX_NAME_CHARS) {
    throw appError("invalid", `A name has 1 to ${MAX_NAME_CHARS} characters.`, { field: "name" });
  }
  const addresses = (await addressesOf(ctx, _id)).map(({ address }) => address);
  const { firstName, lastName } = splitName(name);
  return { name, firstName, lastName, searchText: searchable([name, ...addresses].join(" ")) };
}

function checkLocale(locale: string | null): string | undefined {
  if (locale === null || locale.trim() === "") return undefined;
  const text = locale.trim();
  if (/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(text)) return text;
  throw appError("invalid", `"${text}" is not a language.`, { field: "locale" });
}

function checkZone(timezone: string | null): string | undefined {
  if (timezone === null || timezone.trim() === "") return undefined;
  if (isZone(timezone.trim())) return timezone.trim();
  throw appError("invalid", `"${timezone}" is not a time zone.`, { field: "timezone" });
}

function checkTags(tags: readonly string[]): string[] | undefined {
  const read = readTags(tags);
  if (read === null) throw appError("invalid", "These are too many tags, or too long ones.", { field: "tags" });
  return read.length === 0 ? undefined : read;
}
