import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { countryOfLocale, readAddresses, type ReadAddress } from "../../../contacts/addresses";
import type { Proof } from "../../../contacts/consents/schema";
import { addAddress, findByAddress, resolveContact } from "../../../contacts/model";
import type { AddressChannel } from "../../../contacts/schema";
import { ownWording, shownVersion, type ShownWording } from "../../../contacts/wordings/model";
import { asAppError } from "../../../lib/errors";
import { requireOrg } from "../../../orgs/model";
import { requestOptIn } from "../../optIn/model";
import { blanksOf, wordingKeyOf } from "../model";
import type { Submission } from "../rules";

/** What became of a submission. Everything but a field that is wrong is the same to the caller. */
export type Received = { kind: "accepted" } | { kind: "invalid"; field: string; message: string };

/**
 * Takes a filled form: whoever it names is asked to confirm on every channel they gave an address for. What is known of
 * a person is not touched, for anybody can type their address; and the answer is the same whether they are known, have
 * agreed already, were asked a moment ago or cannot be written to.
 */
export async function receive(
  ctx: MutationCtx,
  form: Doc<"signUpForms">,
  submission: Submission,
  proof: Proof,
): Promise<Received> {
  const org = await requireOrg(ctx, form.orgId);
  const addresses = addressesFor(form, submission, countryOfLocale(org.locale));
  if (!Array.isArray(addresses)) return addresses;
  const wording = await wordingSeen(ctx, form, submission.wording);
  if (wording === null) return invalid("wording", "There is no such version of the words.");
  const contacts = await contactsFor(ctx, form, addresses, submission.name);
  const outcomes = [];
  for (const [{ channel, address }, contactId] of contacts) {
    // A number that is known by text is the same person's on WhatsApp.
    await addAddress(ctx, { orgId: form.orgId, contactId, channel, address });
    outcomes.push(await ask(ctx, form, { contactId, channel, address, wording, proof }));
  }
  const isAsked = outcomes.includes("sent");
  await note(ctx, form, isAsked ? "asked" : "quiet");
  return { kind: "accepted" };
}

/** A machine filled the field that people do not see. It is told what everybody is told. */
export async function noteTrapped(ctx: MutationCtx, form: Doc<"signUpForms">): Promise<Received> {
  await note(ctx, form, "trapped");
  return { kind: "accepted" };
}

async function note(ctx: MutationCtx, form: Doc<"signUpForms">, what: keyof Doc<"signUpForms">["counts"]) {
  const counts = { ...form.counts, [what]: form.counts[what] + 1 };
  await ctx.db.patch("signUpForms", form._id, { counts, ...(what === "trapped" ? {} : { lastAt: Date.now() }) });
}

function invalid(field: string, message: string): Received {
  return { kind: "invalid", field, message };
}

function addressesFor(
  { channels }: Doc<"signUpForms">,
  { email, phone }: Submission,
  country: string | undefined,
): ReadAddress[] | Received {
  const has = (channel: AddressChannel) => channels.includes(channel);
  const written = {
    ...(has("email") && email !== undefined ? { email } : {}),
    ...(has("sms") && phone !== undefined ? { phone } : {}),
    ...(has("whatsapp") && phone !== undefined ? { whatsapp: phone } : {}),
  };
  const { addresses, unreadable } = readAddresses(written, country);
  if (unreadable.unreadableEmail !== undefined) return invalid("email", "This is not an e-mail address.");
  if (unreadable.unreadablePhone !== undefined) return invalid("phone", "This is not a phone number.");
  if (addresses.length > 0) return addresses;
  return invalid(has("email") ? "email" : "phone", "An address is missing.");
}

async function wordingSeen(
  ctx: QueryCtx,
  form: Doc<"signUpForms">,
  version = form.wordingVersion,
): Promise<ShownWording | null> {
  const row = await ownWording(ctx, wordingKeyOf(form), version);
  return row === null ? null : shownVersion(row, await blanksOf(ctx, form));
}

// An address that is known stays with its contact and adds nothing to it; those that are not become one new contact.
async function contactsFor(
  ctx: MutationCtx,
  { orgId, language }: Doc<"signUpForms">,
  addresses: readonly ReadAddress[],
  name: string | undefined,
): Promise<[ReadAddress, Id<"contacts">][]> {
  const found = await Promise.all(
    addresses.map(async (address) => [address, await findByAddress(ctx, { orgId, ...address })] as const),
  );
  const fresh = found.flatMap(([address, contact]) => (contact === null ? [address] : []));
  const written = { email: "email", sms: "phone", whatsapp: "whatsapp" } as const;
  const facts = Object.fromEntries(fresh.map(({ channel, address }) => [written[channel], address]));
  const made = fresh.length === 0 ? null : await resolveContact(ctx, { orgId, name, locale: language, ...facts });
  return found.flatMap(([address, contact]) => {
    const owner = contact ?? made;
    return owner === null ? [] : [[address, owner._id] as [ReadAddress, Id<"contacts">]];
  });
}

type Asking = {
  contactId: Id<"contacts">;
  channel: AddressChannel;
  address: string;
  wording: ShownWording;
  proof: Proof;
};

/** Refused: asked a moment ago or too often, suppressed, or without a usable address. Nothing was written then. */
async function ask(
  ctx: MutationCtx,
  { _id, orgId, topic }: Doc<"signUpForms">,
  asking: Asking,
): Promise<"sent" | "known" | "refused"> {
  const actor = { kind: "contact", contactId: asking.contactId } as const;
  const source = `form:${_id}`;
  try {
    return await requestOptIn(ctx, { orgId, topic, source, actor, ...asking });
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error?.code !== "rate_limited" && error?.code !== "invalid") throw thrown;
    return "refused";
  }
}
