import type { Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { consentOf, recordConsent } from "../contacts/consents/model";
import { requireContact } from "../contacts/model";
import { suppress } from "../contacts/suppressions/model";
import { unsubscribeTarget } from "../delivery/model/outgoing";
import type { Channel, Purpose } from "../lib/closedSets";
import { sha256Hex } from "../lib/crypto";
import { requireOrg } from "../orgs/model";

/** Which wording of the unsubscribe page a withdrawal goes back to. */
const UNSUBSCRIBE_WORDING = "unsubscribe-page-1";

/** What the unsubscribe page shows, or null for a token that is not ours. Changes nothing (design rule 7). */
export async function unsubscribePage(ctx: QueryCtx, token: string) {
  const target = await unsubscribeTarget(ctx, await sha256Hex(token));
  if (target === null) return null;
  const contact = await requireContact(ctx, target.orgId, target.contactId);
  const org = await requireOrg(ctx, target.orgId);
  return { locale: contact.locale ?? org.locale, orgName: org.name, address: target.address };
}

/** Ends writing to the token's address for its purpose, at once. False for a token that is not ours. */
export async function unsubscribe(ctx: MutationCtx, token: string): Promise<boolean> {
  const target = await unsubscribeTarget(ctx, await sha256Hex(token));
  if (target === null) return false;
  await withdraw(ctx, target, "unsubscribe-link");
  return true;
}

type Withdrawal = {
  orgId: Id<"organisations">;
  contactId: Id<"contacts">;
  channel: Channel;
  purpose: Purpose;
  address: string;
};

/** Records that a person wants no more messages of a purpose on a channel, and stops them. A repetition changes nothing. */
export async function withdraw(ctx: MutationCtx, target: Withdrawal, source: string): Promise<void> {
  const { orgId, contactId, channel, purpose, address } = target;
  if ((await consentOf(ctx, contactId, channel, purpose)) !== "withdrawn") {
    const entry = { orgId, contactId, channel, purpose, source, wordingVersion: UNSUBSCRIBE_WORDING };
    await recordConsent(ctx, { ...entry, state: "withdrawn" });
  }
  await suppress(ctx, { orgId, channel, address, purpose, reason: "unsubscribed" });
}
