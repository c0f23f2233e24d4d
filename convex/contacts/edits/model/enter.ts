import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { appError } from "../../../lib/errors";
import { requireOrg } from "../../../orgs/model";
import { ensureAccount, type ByActor } from "../../accounts/model";
import type { AccountKind } from "../../accounts/kinds";
import { countryOfLocale, normaliseAddress } from "../../addresses";
import { findByAddress, resolveContact } from "../../model";
import type { AddressChannel } from "../../schema";
import { MAX_NAME_CHARS, readChange } from "../model";
import { patchContact } from "../../model/rows";

/** Somebody as a member writes them down; blank = not said. */
export type EnteredContact = {
  name: string;
  email: string;
  phone: string;
  locale: string;
  tags: string[];
  /** The organisation by its name, made if there is none. */
  account?: { name: string; kind: AccountKind };
};

/** What came of it: somebody new, or whoever has one of the addresses already; then nothing was written. */
export type Entered =
  | { kind: "created"; contactId: Id<"contacts"> }
  | { kind: "taken"; field: "email" | "phone"; contactId: Id<"contacts">; name: string };

/**
 * Writes down somebody who has not written yet. Nobody agrees to anything by it. Throws `invalid` with the field: an
 * address that is none, neither a name nor an address, a language or tags that cannot be.
 */
export async function enterContact(
  ctx: MutationCtx,
  member: Doc<"members">,
  { name, email, phone, locale, tags, account }: EnteredContact,
): Promise<Entered> {
  const { orgId, _id: memberId } = member;
  if ([name, email, phone].every((text) => text.trim() === "")) {
    throw appError("invalid", "A contact needs a name, an e-mail address or a phone number.", { field: "name" });
  }
  const taken =
    (await ownerOf(ctx, orgId, { field: "email", channel: "email", text: email })) ??
    (await ownerOf(ctx, orgId, { field: "phone", channel: "sms", text: phone }));
  if (taken !== null) return taken;
  const contact = await resolveContact(ctx, { orgId, name, email, phone });
  const actor = { kind: "member", memberId } as const;
  const accountId = account === undefined ? undefined : await accountNamed(ctx, { orgId, actor }, account);
  // Without a name they are called by their address, which is no name to read parts from.
  const named = name.trim() === "" ? {} : { name };
  const wanted = await readChange(ctx, contact, { ...named, locale, tags, accountId });
  await patchContact(ctx, contact._id, wanted);
  const subject = { table: "contacts", id: contact._id };
  await record(ctx, { orgId, actor, action: "contact.created", subject });
  return { kind: "created", contactId: contact._id };
}

async function accountNamed(ctx: MutationCtx, by: ByActor, account: { name: string; kind: AccountKind }) {
  if (account.name.trim() === "") return undefined;
  if (account.name.trim().length > MAX_NAME_CHARS) {
    throw appError("invalid", `A name has at most ${MAX_NAME_CHARS} characters.`, { field: "account" });
  }
  return (await ensureAccount(ctx, by, account)).accountId;
}

type Asked = { field: "email" | "phone"; channel: AddressChannel; text: string };

async function ownerOf(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  { field, channel, text }: Asked,
): Promise<Entered | null> {
  if (text.trim() === "") return null;
  const address = normaliseAddress(channel, text, countryOfLocale((await requireOrg(ctx, orgId)).locale));
  if (address === null) throw appError("invalid", `"${text}" is no address for ${channel}.`, { field });
  const owner = await findByAddress(ctx, { orgId, channel, address });
  return owner === null ? null : { kind: "taken", field, contactId: owner._id, name: owner.name };
}
