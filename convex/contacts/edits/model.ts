import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { isZone } from "../../lib/time";
import { requireAccount } from "../accounts/model";
import { fieldsOfOrg } from "../fields/model";
import { readTags, readValue } from "../fields/rules";
import { addressesOf, requireContact } from "../model";
import { searchable, splitName } from "../names";

const MAX_NAME_CHARS = 200;
const MAX_ATTRIBUTES = 200;

/** What a member says about a contact; null takes a value away, what is absent stays. */
export type ContactChange = {
  name?: string;
  locale?: string | null;
  timezone?: string | null;
  accountId?: Id<"accounts"> | null;
  tags?: string[];
  attributes?: Record<string, string | number | boolean | null>;
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
  const { orgId } = member;
  const contact = await requireContact(ctx, orgId, contactId);
  if (contact.erasedAt !== undefined) throw appError("conflict", "This person was erased.");
  if (contact.mergedInto !== undefined) throw appError("conflict", "This contact is part of another one.");
  const wanted: Partial<Doc<"contacts">> = {
    ...(change.name === undefined ? {} : await namedAs(ctx, contact, change.name)),
    ...(change.locale === undefined ? {} : { locale: checkLocale(change.locale) }),
    ...(change.timezone === undefined ? {} : { timezone: checkZone(change.timezone) }),
    ...(change.tags === undefined ? {} : { tags: checkTags(change.tags) }),
    ...(change.attributes === undefined ? {} : { attributes: await checkAttributes(ctx, contact, change.attributes) }),
  };
  if (change.accountId !== undefined) {
    if (change.accountId !== null) await requireAccount(ctx, orgId, change.accountId);
    wanted.accountId = change.accountId ?? undefined;
  }
  const changed = Object.entries(wanted).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(contact[name as keyof typeof contact]),
  );
  if (changed.length === 0) return;
  await ctx.db.patch("contacts", contactId, Object.fromEntries(changed));
  const names = changed.map(([name]) => name).filter((name) => name !== "searchText");
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: member._id },
    action: "contact.changed",
    subject: { table: "contacts", id: contactId },
    details: { fields: names.join(", ") },
  });
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

async function checkAttributes(
  ctx: MutationCtx,
  { orgId, attributes }: Doc<"contacts">,
  change: NonNullable<ContactChange["attributes"]>,
): Promise<Doc<"contacts">["attributes"]> {
  const fields = await fieldsOfOrg(ctx, orgId);
  const next = { ...attributes };
  for (const [key, value] of Object.entries(change)) {
    const field = `attributes.${key}`;
    if (value === null || value === "") delete next[key];
    else {
      const read = readValue(fields.find((each) => each.key === key) ?? null, value);
      if (!read.ok) throw appError("invalid", `This is no value of "${key}" (${read.problem}).`, { field });
      next[key] = read.value;
    }
  }
  if (Object.keys(next).length <= MAX_ATTRIBUTES) return next;
  throw appError("invalid", `A contact has at most ${MAX_ATTRIBUTES} attributes.`, { field: "attributes" });
}
