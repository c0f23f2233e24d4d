import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import type { Channel, Purpose } from "../../../lib/closedSets";
import { customerLanguage } from "../../../lib/languages";
import { requireOrg } from "../../../orgs/model";
import { requireContact } from "../../model";
import { isOwnWish } from "../../suppressions/reasons";
import { liftSuppression, suppress, suppressionsOf } from "../../suppressions/model";
import { topicsOf } from "../../topics/model";
import { CHANNEL_NAMES, type WordingKey } from "../../wordings/defaults";
import { shownWording, type ShownWording } from "../../wordings/model";
import { consentOf, recordConsent, type ConsentEntry } from "../model";
import type { Proof } from "../schema";

/** What a person says about one kind of message, and how it can be shown that they did. */
export type PersonStatement = {
  orgId: Id<"organisations">;
  contactId: Id<"contacts">;
  channel: Channel;
  /** The address they speak for; what suppresses it is set or lifted along with the statement. */
  address: string | null;
  purpose: Purpose;
  /** Absent: everything of the purpose. */
  topic?: string;
  /** The occasion, or the words themselves where they are not ours. */
  wording: WordingKey | Pick<ConsentEntry, "wordingVersion" | "wordingId" | "wordingText">;
  /** The words the person wrote, for wordings that quote them. */
  words?: string;
  source: string;
  proof?: Proof;
};

/** The person wants these messages: a yes in the ledger, and what they had ended for the address is lifted. */
export async function grantByPerson(ctx: MutationCtx, statement: PersonStatement): Promise<void> {
  const { orgId, contactId, channel, address, purpose, topic } = statement;
  await recordConsent(ctx, { ...(await entryOf(ctx, statement)), state: "granted", basis: "consent" });
  if (address === null) return;
  for (const row of await suppressionsOf(ctx, { orgId, channel, address })) {
    const isAbout = row.purpose === undefined || row.purpose === purpose;
    const isTopic = row.topic === undefined || row.topic === topic;
    if (!isOwnWish(row.reason) || !isAbout || !isTopic) continue;
    const actor = { kind: "contact", contactId } as const;
    await liftSuppression(ctx, row, { actor, reason: statement.source });
  }
}

/**
 * The person does not want these messages any more: a no in the ledger, unless it stands there already. With
 * `suppressAs` the address is suppressed for the same scope, at once and whoever owns it later.
 */
export async function withdrawByPerson(
  ctx: MutationCtx,
  statement: PersonStatement,
  suppressAs?: "unsubscribed",
): Promise<void> {
  const { orgId, contactId, channel, address, purpose, topic, source } = statement;
  if ((await consentOf(ctx, contactId, channel, purpose, topic)) !== "withdrawn") {
    await recordConsent(ctx, { ...(await entryOf(ctx, statement)), state: "withdrawn" });
  }
  if (address === null || suppressAs === undefined) return;
  const addedBy = { kind: "contact", contactId } as const;
  await suppress(ctx, { orgId, channel, address, purpose, topic, reason: suppressAs, source, addedBy });
}

/** The words shown to a contact about a topic and channel, in their language, kept as a version. */
export async function wordingFor(
  ctx: MutationCtx,
  shown: { contact: Doc<"contacts">; key: WordingKey; channel: Channel; topic?: string; words?: string },
): Promise<ShownWording> {
  const { contact, key, channel, words } = shown;
  const { orgId } = contact;
  const org = await requireOrg(ctx, orgId);
  const locale = contact.locale ?? org.locale;
  const language = customerLanguage(locale);
  const topic = (await topicsOf(ctx, orgId)).find((each) => each.key === shown.topic);
  const blanks = { org: org.name, topic: topic?.name[language], channel: CHANNEL_NAMES[language][channel], words };
  return await shownWording(ctx, orgId, { key, locale, blanks });
}

async function entryOf(ctx: MutationCtx, statement: PersonStatement) {
  const { orgId, contactId, channel, purpose, topic, wording, words, source, proof } = statement;
  const contact = await requireContact(ctx, orgId, contactId);
  const shown =
    typeof wording === "string" ? await wordingFor(ctx, { contact, key: wording, channel, topic, words }) : wording;
  const actor = { kind: "contact", contactId } as const;
  return { orgId, contactId, channel, purpose, topic, ...shown, source, proof, actor };
}
