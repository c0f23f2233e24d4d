import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { consentOf, recordConsent } from "../contacts/consents/model";
import { markAddressInvalid, requireContact } from "../contacts/model";
import { suppress } from "../contacts/suppressions/model";
import { applyStatus, messageByProviderId } from "../delivery/model";
import { unsubscribeTarget } from "../delivery/model/outgoing";
import type { Channel, Purpose } from "../lib/closedSets";
import { sha256Hex } from "../lib/crypto";
import { requireOrg } from "../orgs/model";
import { isSideFact, statusOf } from "./receiptKinds";
import type { ReceiptKind } from "./schema";

/** A provider's report about a message it accepted. */
export type NewReceipt = {
  orgId: Id<"organisations">;
  connectionId: Id<"connections">;
  providerMessageId: string;
  kind: ReceiptKind;
  /** UTC ms by the provider's clock. */
  at: number;
  /** The provider's event id, or a hash of provider, message, status and time. */
  dedupeKey: string;
  reason?: string;
};

/** Which wording of the unsubscribe page a withdrawal goes back to. */
const UNSUBSCRIBE_WORDING = "unsubscribe-page-1";

/**
 * Applies a report once. False, and nothing written, when it is known, late, or about no message of ours. Bounces,
 * complaints and unsubscriptions are kept and acted on even when the state does not move (providers.md 0.3).
 */
export async function recordReceipt(ctx: MutationCtx, receipt: NewReceipt): Promise<boolean> {
  const { orgId, connectionId, providerMessageId, kind, at, dedupeKey, reason } = receipt;
  const known = await ctx.db
    .query("receipts")
    .withIndex("by_dedupe", (q) => q.eq("orgId", orgId).eq("dedupeKey", dedupeKey))
    .first();
  if (known !== null) return false;
  const row = await messageByProviderId(ctx, connectionId, providerMessageId);
  if (row === null || row.orgId !== orgId) return false;
  const status = statusOf(kind);
  const isMoved = status !== null && (await applyStatus(ctx, row._id, { kind: status, at, reason }));
  if (!isMoved && !isSideFact(kind)) return false;
  await ctx.db.insert("receipts", { orgId, queueId: row._id, kind, at, reason, dedupeKey });
  await actOn(ctx, row, kind);
  return true;
}

async function actOn(ctx: MutationCtx, row: Doc<"messageQueue">, kind: ReceiptKind): Promise<void> {
  const { orgId, contactId, routedChannel: channel, address, purpose } = row;
  if (channel === undefined || address === undefined) return;
  switch (kind) {
    case "bounced":
      await markAddressInvalid(ctx, { orgId, channel, address });
      await suppress(ctx, { orgId, channel, address, reason: "hard_bounce" });
      return;
    case "complained":
      await suppress(ctx, { orgId, channel, address, purpose: "marketing", reason: "complaint" });
      return;
    case "unsubscribed":
      await withdraw(ctx, { orgId, contactId, channel, address, purpose }, "provider");
      return;
    case "queued":
    case "sent":
    case "delivered":
    case "read":
    case "opened":
    case "clicked":
    case "failed":
      return;
  }
}

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

async function withdraw(ctx: MutationCtx, target: Withdrawal, source: string): Promise<void> {
  const { orgId, contactId, channel, purpose, address } = target;
  if ((await consentOf(ctx, contactId, channel, purpose)) !== "withdrawn") {
    const entry = { orgId, contactId, channel, purpose, source, wordingVersion: UNSUBSCRIBE_WORDING };
    await recordConsent(ctx, { ...entry, state: "withdrawn" });
  }
  await suppress(ctx, { orgId, channel, address, purpose, reason: "unsubscribed" });
}
