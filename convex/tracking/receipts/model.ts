import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { findByAddress, markAddressInvalid } from "../../contacts/model";
import { isAddressChannel } from "../../contacts/schema";
import { suppress } from "../../contacts/suppressions/model";
import { noteSoftBounce } from "../../contacts/suppressions/model/softBounces";
import { applyStatus, messageByProviderId, messageByReference, subjectOf } from "../../delivery/model";
import { fallBackFromClosedWindow, isAboutReturnedTry } from "../../delivery/model/closedWindow";
import type { Tally } from "../../delivery/model/counts";
import type { StatusReport } from "../../delivery/providers/types";
import { emitIfWanted } from "../../events/model";
import type { Channel } from "../../lib/closedSets";
import { withdraw } from "../model";
import { isSideFact, statusOf } from "../receiptKinds";
import { isUndeliverableTwice } from "./strikes";

/** A provider's report about a message it accepted, and where it came in. */
export type NewReceipt = Omit<StatusReport, "eventId"> & {
  orgId: Id<"organisations">;
  connectionId: Id<"connections">;
  /** The provider's event id, or a hash of provider, message, status and time. */
  dedupeKey: string;
};

/**
 * What became of a report. `known`: it came before. `late`: it is about a message of ours and says nothing new; nothing
 * was written. `unmatched`: no message of ours is known by its id (yet).
 */
export type ReceiptOutcome = "applied" | "known" | "late" | "unmatched";

/** Earlier messages of a person that are looked at before their address is called dead. */
const MAX_RECENT = 50;

/**
 * Applies a report once: by the provider's id of the message, else by our own key where the provider sends it back, so
 * also before the answer to the send is recorded. Bounces, complaints, opens, clicks and unsubscriptions are kept and
 * acted on even when the state does not move (providers.md 0.3). With a `tally` counts are collected there for the caller to
 * write.
 */
export async function recordReceipt(ctx: MutationCtx, receipt: NewReceipt, tally?: Tally): Promise<ReceiptOutcome> {
  const { orgId, dedupeKey, kind, isTransient = false } = receipt;
  const known = await ctx.db
    .query("receipts")
    .withIndex("by_dedupe", (q) => q.eq("orgId", orgId).eq("dedupeKey", dedupeKey))
    .first();
  if (known !== null) return "known";
  const row = await messageOf(ctx, receipt);
  if (row === null) return "unmatched";
  const isMoved = !isTransient && (await moveState(ctx, row, receipt, tally));
  if (!isMoved && !isSideFact(kind)) return "late";
  await ctx.db.insert("receipts", { orgId, queueId: row._id, dedupeKey, ...factsOf(receipt) });
  if (!isTransient) await actOn(ctx, row, receipt);
  else if (kind === "bounced") await countSoftBounce(ctx, row);
  return "applied";
}

/**
 * Acts on a bounce, complaint or unsubscription that names an address but no message of ours: the address is what it is,
 * whoever wrote to it. False for every other report.
 */
export async function recordAddressFact(ctx: MutationCtx, receipt: NewReceipt, channel: Channel): Promise<boolean> {
  const { orgId, kind, address, failure, isTransient = false } = receipt;
  if (address === undefined || isTransient || !isAddressChannel(channel)) return false;
  if (kind !== "bounced" && kind !== "complained" && kind !== "unsubscribed") return false;
  if (kind === "bounced" && failure !== undefined && failure.class !== "invalid_address") return false;
  const contact = await findByAddress(ctx, { orgId, channel, address });
  if (kind === "bounced") await endAddress(ctx, { orgId, channel, address });
  if (kind === "complained")
    await suppress(ctx, { orgId, channel, address, purpose: "marketing", reason: "complaint" });
  if (kind === "unsubscribed" && contact !== null) {
    await withdraw(ctx, { orgId, contactId: contact._id, channel, address, purpose: "marketing" }, "provider");
  }
  return true;
}

async function messageOf(ctx: QueryCtx, receipt: NewReceipt): Promise<Doc<"messageQueue"> | null> {
  const { orgId, connectionId, providerMessageId, reference } = receipt;
  const byId = providerMessageId === undefined ? null : await messageByProviderId(ctx, connectionId, providerMessageId);
  if (byId !== null && byId.orgId === orgId) return byId;
  return reference === undefined ? null : await messageByReference(ctx, orgId, reference);
}

async function moveState(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  receipt: NewReceipt,
  tally?: Tally,
): Promise<boolean> {
  const kind = statusOf(receipt.kind);
  if (kind === null) return false;
  const { at, failure, providerMessageId, connectionId } = receipt;
  if (isAboutReturnedTry(row, providerMessageId)) return false;
  if (kind === "failed" && failure?.class === "window_closed") {
    const isHandled = await fallBackFromClosedWindow(ctx, row, { connectionId, providerMessageId, failure });
    if (isHandled) return true;
  }
  const found = row.connectionId === connectionId ? { providerMessageId } : {};
  return await applyStatus(ctx, row, { kind, at, failure, reason: failure?.reason, ...found }, tally);
}

function factsOf(receipt: NewReceipt) {
  const { kind, at, failure, isTransient, isMachine, url, userAgent, ip, priceMicros, segments } = receipt;
  return { kind, at, reason: failure?.reason, isTransient, isMachine, url, userAgent, ip, priceMicros, segments };
}

async function actOn(ctx: MutationCtx, row: Doc<"messageQueue">, receipt: NewReceipt): Promise<void> {
  const { orgId, contactId, routedChannel: channel, address, purpose } = row;
  if (channel === undefined || address === undefined) return;
  switch (receipt.kind) {
    case "bounced":
      await actOnBounce(ctx, row, receipt, { channel, address });
      return;
    case "complained":
      await suppress(ctx, { orgId, channel, address, purpose: "marketing", reason: "complaint" });
      return;
    case "unsubscribed":
      await withdraw(ctx, { orgId, contactId, channel, address, purpose }, "provider");
      return;
    case "failed":
      await actOnFailure(ctx, row, receipt, { channel, address });
      return;
    case "queued":
    case "sent":
    case "delivered":
    case "read":
      return;
    case "opened":
    case "clicked":
      // A scanner opens every mail and follows every link (providers.md 7.6).
      if (receipt.isMachine !== true) {
        await emitIfWanted(ctx, { orgId, kind: `message.${receipt.kind}`, subject: subjectOf(row) });
      }
      return;
  }
}

/**
 * A bounce for good ends an address only when it speaks against the address: a mail refused for its size or content, or
 * a mailbox that was full until the server gave up, does not.
 */
async function actOnBounce(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  receipt: NewReceipt,
  to: { channel: Channel; address: string },
): Promise<void> {
  switch (receipt.failure?.class) {
    case undefined:
    case "invalid_address":
      await endAddress(ctx, { orgId: row.orgId, ...to });
      return;
    case "opted_out":
      await actOnFailure(ctx, row, receipt, to);
      return;
    case "transient":
    case "rate_limited":
      await countSoftBounce(ctx, row);
      return;
    case "permanent":
    case "config":
    case "window_closed":
      return;
  }
}

/** A full mailbox once is nothing; again and again it is one nobody reads (contacts/suppressions/softBounces). */
async function countSoftBounce(ctx: MutationCtx, row: Doc<"messageQueue">): Promise<void> {
  const { orgId, routedChannel: channel, address, _id: reference } = row;
  if (channel !== undefined && address !== undefined) await noteSoftBounce(ctx, { orgId, channel, address, reference });
}

/** What a failure that came after the acceptance says about the address (providers.md 13.6, 21.2). */
async function actOnFailure(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  { failure }: NewReceipt,
  { channel, address }: { channel: Channel; address: string },
): Promise<void> {
  const { orgId, contactId } = row;
  if (failure?.class === "opted_out") {
    // A carrier blocks everything after STOP; on WhatsApp a person ends marketing only.
    const purpose = channel === "sms" ? undefined : ("marketing" as const);
    await suppress(ctx, { orgId, channel, address, purpose, reason: "unsubscribed" });
  }
  if (failure?.class !== "invalid_address") return;
  const earlier = await ctx.db
    .query("messageQueue")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .order("desc")
    .take(MAX_RECENT);
  if (isUndeliverableTwice(failure.code, address, earlier)) await markAddressInvalid(ctx, { orgId, channel, address });
}

async function endAddress(
  ctx: MutationCtx,
  key: { orgId: Id<"organisations">; channel: Channel; address: string },
): Promise<void> {
  await markAddressInvalid(ctx, key);
  await suppress(ctx, { ...key, reason: "hard_bounce" });
}

/** Reports about one message that are read: opens repeat. */
const RECEIPTS_LIMIT = 100;

/** What was reported about a message, oldest first. */
export async function receiptsOf(ctx: QueryCtx, queueId: Id<"messageQueue">): Promise<Doc<"receipts">[]> {
  return await ctx.db
    .query("receipts")
    .withIndex("by_message", (q) => q.eq("queueId", queueId))
    .take(RECEIPTS_LIMIT);
}
