import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { countryOfLocale, normaliseEmail, normalisePhone } from "../../contacts/addresses";
import { changeContact } from "../../contacts/edits/model";
import {
  goesOnAs,
  listContacts as pageOfContacts,
  presentContact,
  requireContact,
  resolveContact,
} from "../../contacts/model";
import { pageOfChangedContacts } from "../../contacts/model/followed";
import type { AddressWish } from "../../delivery/schema";
import { appError } from "../../lib/errors";
import { isZone } from "../../lib/time";
import { requireOrg } from "../../orgs/model";
import { accountIdOf } from "../accounts/model";
import { once, requireMatch, type Answer } from "../answers/model";
import type { Write } from "../answers/schema";
import { actingMember, idOf, type ApiCaller } from "../model";
import { pageOf, paginationOf } from "../paging";
import type { ApiContact, ApiContactChange, ApiPerson } from "./schema";

/**
 * The contact a request names, found or made, and the addresses it gave in their normal form. `field` is where the person
 * stands in the request. Throws `invalid` with the field (unreadable address, unknown zone), `not_found` for nobody's id.
 */
export async function contactOf(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  person: ApiPerson,
  field: string,
): Promise<{ contactId: Id<"contacts">; to: AddressWish | undefined }> {
  if (person.timezone !== undefined && !isZone(person.timezone)) {
    throw appError("invalid", `"${person.timezone}" is not a time zone.`, { field: `${field}.timezone` });
  }
  const country = countryOfLocale((await requireOrg(ctx, orgId)).locale);
  const wish = {
    email: readable(`${field}.email`, person.email, normaliseEmail),
    sms: readable(`${field}.phone`, person.phone, (text) => normalisePhone(text, country)),
    whatsapp: readable(`${field}.whatsapp`, person.whatsapp ?? person.phone, (text) => normalisePhone(text, country)),
  };
  const { contactId: id, email, phone, whatsapp, name, locale, timezone } = person;
  if (id === undefined) {
    const contact = await resolveContact(ctx, { orgId, name, email, phone, whatsapp, locale, timezone });
    return { contactId: contact._id, to: given(wish) };
  }
  const contactId = idOf(ctx, "contacts", id, "This contact does not exist.", `${field}.contactId`);
  await requireContact(ctx, orgId, contactId);
  return { contactId, to: given(wish) };
}

function readable(field: string, text: string | undefined, read: (text: string) => string | null) {
  if (text === undefined) return undefined;
  const address = read(text);
  if (address === null) throw appError("invalid", `"${text}" cannot be read as an address.`, { field });
  return address;
}

const given = (wish: AddressWish) => (Object.values(wish).some((address) => address !== undefined) ? wish : undefined);

type AskedContacts = {
  search?: string;
  organizationId?: string;
  updatedSince?: number;
  limit: number;
  cursor?: string;
};

/**
 * A page of people by name, of one organisation if asked; with `search` those whose name or address matches, best first;
 * or, the longest unchanged first, who changed since an instant.
 */
export async function listContacts(
  ctx: QueryCtx,
  { orgId }: ApiCaller,
  { search, organizationId, updatedSince: since, ...page }: AskedContacts,
) {
  const accountId =
    organizationId === undefined ? undefined : await accountIdOf(ctx, orgId, organizationId, "organizationId");
  if (since !== undefined) {
    const changed = await pageOfChangedContacts(ctx, orgId, { since, accountId }, paginationOf(page));
    return pageOf(await Promise.all(changed.page.map((contact) => viewOf(ctx, contact))), changed);
  }
  const result = await pageOfContacts(ctx, orgId, { text: search, accountId, paginationOpts: paginationOf(page) });
  return pageOf(result.page.map(shown), result);
}

/** One person; for somebody who became part of another contact that one. Throws `not_found`, also for the erased. */
export async function readContact(ctx: QueryCtx, { orgId }: ApiCaller, id: string): Promise<ApiContact> {
  return await viewOf(ctx, await contactById(ctx, orgId, id));
}

async function contactById(ctx: QueryCtx, orgId: Id<"organisations">, id: string): Promise<Doc<"contacts">> {
  const contact = await requireContact(ctx, orgId, idOf(ctx, "contacts", id, "This contact does not exist."));
  return await goesOnAs(ctx, contact);
}

/**
 * Changes what is known of a person, whoever they became part of. Throws `not_found`, also for the erased, `invalid` with
 * the field, `conflict` when `If-Match` names an older state.
 */
export async function updateContact(
  ctx: MutationCtx,
  caller: ApiCaller,
  id: string,
  { organizationId, ...change }: ApiContactChange,
  write: Write,
): Promise<Answer<ApiContact>> {
  return await once(ctx, caller, write, async () => {
    const contact = await contactById(ctx, caller.orgId, id);
    await requireMatch(write, await viewOf(ctx, contact));
    const accountId = await accountNamed(ctx, caller.orgId, organizationId);
    await changeContact(ctx, await actingMember(ctx, caller), contact._id, { ...change, accountId });
    return { status: 200, body: await viewOf(ctx, await requireContact(ctx, caller.orgId, contact._id)) };
  });
}

/** The organisation a request names: null for none, undefined where it says nothing. */
async function accountNamed(ctx: QueryCtx, orgId: Id<"organisations">, organizationId: string | null | undefined) {
  if (organizationId === undefined || organizationId === null) return organizationId;
  return await accountIdOf(ctx, orgId, organizationId, "organizationId");
}

/**
 * Finds or makes a person by their addresses; blanks are filled, nothing known is overwritten but by `organizationId`,
 * null for none. Throws `invalid` or `not_found` with the field, `conflict` for the organisation of an erased person.
 */
export async function upsertContact(
  ctx: MutationCtx,
  caller: ApiCaller,
  { person, organizationId }: { person: ApiPerson; organizationId?: string | null },
  write: Write,
): Promise<Answer<ApiContact>> {
  return await once(ctx, caller, write, async () => {
    const { contactId } = await contactOf(ctx, caller.orgId, person, "contact");
    if (organizationId !== undefined) {
      const accountId = await accountNamed(ctx, caller.orgId, organizationId);
      await changeContact(ctx, await actingMember(ctx, caller), contactId, { accountId });
    }
    return { status: 200, body: await viewOf(ctx, await requireContact(ctx, caller.orgId, contactId)) };
  });
}

async function viewOf(ctx: QueryCtx, contact: Doc<"contacts">): Promise<ApiContact> {
  if (contact.erasedAt !== undefined) throw appError("not_found", "This contact does not exist.");
  return shown(await presentContact(ctx, contact));
}

function shown({
  isErased: _isErased,
  mergedInto: _mergedInto,
  account,
  ...contact
}: Awaited<ReturnType<typeof presentContact>>): ApiContact {
  return {
    ...contact,
    organization: account,
    firstName: contact.firstName ?? null,
    lastName: contact.lastName ?? null,
    locale: contact.locale ?? null,
    timezone: contact.timezone ?? null,
    preferredChannel: contact.preferredChannel ?? null,
  };
}
