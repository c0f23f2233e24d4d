import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { Actor } from "../../audit/schema";
import type { Purpose } from "../../lib/closedSets";
import { sha256Hex } from "../../lib/crypto";
import { appError } from "../../lib/errors";
import { requireOrg } from "../../orgs/model";
import { consentOf, recordConsent } from "../consents/model";
import { grantByPerson, wordingFor } from "../consents/model/byPerson";
import type { Proof } from "../consents/schema";
import { getAddress, primaryAddress, requireContact } from "../model";
import type { AddressChannel } from "../schema";
import { isOwnWish } from "../suppressions/reasons";
import { suppressionsOf } from "../suppressions/model";
import { requireTopic } from "../topics/model";
import type { ShownWording } from "../wordings/model";
import { decideAsk, OPT_IN_LIFETIME_MS } from "./rules";

/** Requests to one address that are counted; more than a day allows. */
const MAX_COUNTED = 10;
/** Requests of one person a screen shows. */
const MAX_SHOWN = 20;

/** A wish to ask somebody for a confirmation. */
export type NewRequest = {
  orgId: Id<"organisations">;
  contactId: Id<"contacts">;
  channel: AddressChannel;
  topic: string;
  source: string;
  actor: Actor;
  proof?: Proof;
  /** Which of the person's addresses; without it the one to write to on the channel. */
  address?: string;
  /** The words the person agreed to where they asked; without them the organisation's own for a confirmation. */
  wording?: ShownWording;
};

/**
 * Opens a request, or takes up the one that is open, and writes it into the ledger as pending. Null when there is a yes
 * on record already. Throws `invalid` when there is no address to ask, when it must not be written to for reasons the
 * person cannot lift, and for a topic that is not offered there; `rate_limited` when it was asked too often.
 */
export async function openRequest(ctx: MutationCtx, asked: NewRequest): Promise<Doc<"optInRequests"> | null> {
  const { orgId, contactId, channel, source, actor, proof } = asked;
  const contact = await requireContact(ctx, orgId, contactId);
  const topic = await requireTopic(ctx, orgId, asked.topic);
  if (!topic.channels.includes(channel)) {
    throw appError("invalid", "This topic is not offered by this channel.", { field: "channel" });
  }
  const address = await addressAsked(ctx, asked);
  if (address === undefined) throw appError("invalid", "There is no address to ask.", { field: "channel" });
  const { purpose, key } = topic;
  if (await isClosed(ctx, { orgId, channel, address, purpose })) {
    throw appError("invalid", "This address cannot be written to.", { field: "channel" });
  }
  if ((await consentOf(ctx, contactId, channel, purpose, key)) === "granted") return null;
  const now = Date.now();
  const newest = await newestRequest(ctx, { contactId, channel, topic: key, address });
  const decision = decideAsk(askedBefore(newest), await requestsTo(ctx, { orgId, channel, address }), now);
  if (decision.kind === "refuse") {
    throw appError("rate_limited", "This was asked a moment ago. Give it some time.", {
      retryAfterMs: decision.retryAt - now,
    });
  }
  if (decision.kind === "resend" && newest !== null) return newest;
  const locale = contact.locale ?? (await requireOrg(ctx, orgId)).locale;
  const wording = asked.wording ?? (await wordingFor(ctx, { contact, key: "double_opt_in", channel, topic: key }));
  const of = { orgId, contactId, channel, purpose, topic: key };
  const requestId = await ctx.db.insert("optInRequests", {
    ...of,
    address,
    locale,
    ...wording,
    source,
    actor,
    proof,
    state: { kind: "pending" },
    requestedAt: now,
    expiresAt: now + OPT_IN_LIFETIME_MS,
    queueIds: [],
    lastSentAt: now,
  });
  const reference = { ...proof, reference: requestId };
  await recordConsent(ctx, { ...of, ...wording, state: "pending", source, actor, proof: reference });
  return await ctx.db.get("optInRequests", requestId);
}

/** Remembers a message with its link. The token itself is only in the message. */
export async function noteRequestSent(
  ctx: MutationCtx,
  request: Doc<"optInRequests">,
  sent: { queueId: string; token: string },
): Promise<void> {
  const tokenHash = await sha256Hex(sent.token);
  await ctx.db.insert("optInTokens", { orgId: request.orgId, requestId: request._id, tokenHash });
  const queueIds = [...request.queueIds, sent.queueId];
  await ctx.db.patch("optInRequests", request._id, { queueIds, lastSentAt: Date.now() });
}

/** The request, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireRequest(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  requestId: Id<"optInRequests">,
): Promise<Doc<"optInRequests">> {
  const request = await ctx.db.get("optInRequests", requestId);
  if (request === null || request.orgId !== orgId) throw appError("not_found", "This request does not exist.");
  return request;
}

/** The request a link belongs to, or null. */
export async function requestByToken(ctx: QueryCtx, token: string): Promise<Doc<"optInRequests"> | null> {
  const tokenHash = await sha256Hex(token);
  const row = await ctx.db
    .query("optInTokens")
    .withIndex("by_token", (q) => q.eq("tokenHash", tokenHash))
    .unique();
  return row === null ? null : await ctx.db.get("optInRequests", row.requestId);
}

/**
 * The person confirms: the yes goes into the ledger with both proofs, once. What became of it; a link that is used again
 * or too late changes nothing.
 */
export async function confirmRequest(
  ctx: MutationCtx,
  request: Doc<"optInRequests">,
  proof: Proof,
): Promise<"confirmed" | "known" | "expired"> {
  if (request.state.kind === "confirmed") return "known";
  const now = Date.now();
  if (request.expiresAt <= now) return "expired";
  const { orgId, contactId, channel, address, purpose, topic } = request;
  const { wordingVersion, wordingId, wordingText } = request;
  await ctx.db.patch("optInRequests", request._id, { state: { kind: "confirmed", at: now } });
  await grantByPerson(ctx, {
    orgId,
    contactId,
    channel,
    address,
    purpose,
    topic,
    wording: { wordingVersion, wordingId, wordingText },
    source: "double-opt-in",
    proof: { ...proof, reference: request._id },
  });
  return "confirmed";
}

/** The newest request that waits for an answer from this address, or null: what a "yes" by text is about. */
export async function pendingRequestOf(
  ctx: QueryCtx,
  of: { orgId: Id<"organisations">; channel: AddressChannel; address: string },
  now: number,
): Promise<Doc<"optInRequests"> | null> {
  const requests = await requestsTo(ctx, of);
  return requests.find(({ state, expiresAt }) => state.kind === "pending" && expiresAt > now) ?? null;
}

/** A person's requests, newest first. */
export async function requestsOf(ctx: QueryCtx, contactId: Id<"contacts">): Promise<Doc<"optInRequests">[]> {
  const rows = await ctx.db
    .query("optInRequests")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .take(MAX_SHOWN);
  return rows.sort((a, b) => b.requestedAt - a.requestedAt);
}

async function addressAsked(
  ctx: QueryCtx,
  { orgId, contactId, channel, address }: NewRequest,
): Promise<string | undefined> {
  if (address === undefined) return (await primaryAddress(ctx, contactId, channel))?.address;
  const row = await getAddress(ctx, { orgId, channel, address });
  return row?.contactId === contactId && row.state !== "invalid" ? address : undefined;
}

// A question that went to another address of the person is not this one.
async function newestRequest(
  ctx: QueryCtx,
  of: { contactId: Id<"contacts">; channel: AddressChannel; topic: string; address: string },
): Promise<Doc<"optInRequests"> | null> {
  const newest = await ctx.db
    .query("optInRequests")
    .withIndex("by_contact", (q) => q.eq("contactId", of.contactId).eq("channel", of.channel).eq("topic", of.topic))
    .order("desc")
    .first();
  return newest?.address === of.address ? newest : null;
}

async function requestsTo(
  ctx: QueryCtx,
  { orgId, channel, address }: { orgId: Id<"organisations">; channel: AddressChannel; address: string },
) {
  return await ctx.db
    .query("optInRequests")
    .withIndex("by_address", (q) => q.eq("orgId", orgId).eq("channel", channel).eq("address", address))
    .order("desc")
    .take(MAX_COUNTED);
}

function askedBefore(request: Doc<"optInRequests"> | null) {
  if (request === null) return null;
  const { requestedAt, expiresAt, lastSentAt, queueIds, state } = request;
  return { requestedAt, expiresAt, lastSentAt, sends: queueIds.length, isConfirmed: state.kind === "confirmed" };
}

// Bounced, complained, put on the list by a member: a new yes does not change that.
async function isClosed(
  ctx: QueryCtx,
  { purpose, ...scope }: { orgId: Id<"organisations">; channel: AddressChannel; address: string; purpose: Purpose },
): Promise<boolean> {
  const rows = await suppressionsOf(ctx, scope);
  return rows.some((row) => (row.purpose === undefined || row.purpose === purpose) && !isOwnWish(row.reason));
}
