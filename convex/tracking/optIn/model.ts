import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import type { Proof } from "../../contacts/consents/schema";
import { requireContact } from "../../contacts/model";
import {
  confirmRequest,
  noteRequestSent,
  openRequest,
  requestByToken,
  requestsOf,
  type NewRequest,
} from "../../contacts/optIn/model";
import { vAddressChannel } from "../../contacts/schema";
import { requireTopic } from "../../contacts/topics/model";
import { vLocalText } from "../../contacts/topics/schema";
import { enqueue } from "../../delivery/model";
import { randomToken } from "../../lib/crypto";
import { requireEnv } from "../../lib/env";
import { customerLanguage } from "../../lib/languages";
import { brandOf, requireOrg } from "../../orgs/model";
import { vBrand } from "../../orgs/schema";
import { optInMail, optInText } from "./mail";

/** Where the link in the message leads. */
export const OPT_IN_PREFIX = "/c/";

/**
 * Asks a person by mail or text to confirm (double opt-in): request, ledger entry and message in one transaction. A
 * confirmation for WhatsApp goes by text to the same number: there is no writing on WhatsApp before the yes. Asking again
 * sends the open request once more, with caps (contacts/optIn/rules). `known` when there is a yes already. Throws as
 * `openRequest`.
 */
export async function requestOptIn(ctx: MutationCtx, asked: NewRequest): Promise<"sent" | "known"> {
  const request = await openRequest(ctx, asked);
  if (request === null) return "known";
  const token = randomToken();
  const org = await requireOrg(ctx, request.orgId);
  const topic = await requireTopic(ctx, request.orgId, request.topic);
  const mail = {
    locale: request.locale,
    brand: brandOf(org),
    topic: topic.name[customerLanguage(request.locale)] || topic.name.de,
    wording: request.wordingText,
    url: `${requireEnv("CONVEX_SITE_URL")}${OPT_IN_PREFIX}${token}`,
  };
  const by = request.channel === "email" ? "email" : "sms";
  const { queueId } = await enqueue(ctx, {
    orgId: request.orgId,
    // The person waits for it: no quiet hours.
    lane: "critical",
    channel: by,
    to: { [by]: request.address },
    contactId: request.contactId,
    purpose: "transactional",
    source: { kind: "system", name: "double opt-in" },
    content:
      by === "email"
        ? { kind: "finished", ...optInMail(mail), fileIds: [] }
        : { kind: "finished", text: optInText(mail), fileIds: [] },
    dueAt: Date.now(),
    idempotencyKey: `opt-in:${request._id}:${request.queueIds.length + 1}`,
  });
  await noteRequestSent(ctx, request, { queueId, token });
  return "sent";
}

/** A member asks on behalf of a person who said they want it. */
export async function requestByMember(
  ctx: MutationCtx,
  member: Doc<"members">,
  asked: Pick<NewRequest, "contactId" | "channel" | "topic"> & { evidence?: string },
): Promise<"sent" | "known"> {
  const { contactId, channel, topic } = asked;
  const { orgId } = member;
  const actor = { kind: "member", memberId: member._id } as const;
  const evidence = asked.evidence?.trim();
  const proof: Proof = evidence ? { evidence } : {};
  const outcome = await requestOptIn(ctx, { orgId, contactId, channel, topic, source: "agent", actor, proof });
  if (outcome === "sent") {
    const subject = { table: "contacts", id: contactId };
    await record(ctx, { orgId, actor, action: "consent.requested", subject, details: { channel, topic } });
  }
  return outcome;
}

export const vOptInPage = v.object({
  locale: v.string(),
  brand: v.object({ name: v.string(), ...vBrand.fields }),
  wording: v.string(),
  address: v.string(),
  state: v.union(v.literal("pending"), v.literal("confirmed"), v.literal("expired")),
});

/** What the confirmation page shows, or null for a token that is not ours. Changes nothing (design rule 7). */
export async function optInPage(ctx: QueryCtx, token: string, now: number): Promise<Infer<typeof vOptInPage> | null> {
  const request = await requestByToken(ctx, token);
  if (request === null) return null;
  const org = await requireOrg(ctx, request.orgId);
  const { locale, wordingText: wording, address, state, expiresAt } = request;
  const isExpired = state.kind === "pending" && expiresAt <= now;
  return { locale, brand: brandOf(org), wording, address, state: isExpired ? "expired" : state.kind };
}

/** The person pressed the button. Null for a token that is not ours. */
export async function confirmOptIn(
  ctx: MutationCtx,
  token: string,
  proof: Proof,
): Promise<"confirmed" | "known" | "expired" | null> {
  const request = await requestByToken(ctx, token);
  return request === null ? null : await confirmRequest(ctx, request, proof);
}

/** A request as the contact's panel shows it. */
export const vOptInRequest = v.object({
  id: v.id("optInRequests"),
  channel: vAddressChannel,
  address: v.string(),
  topic: v.string(),
  topicName: vLocalText,
  state: v.union(v.literal("pending"), v.literal("confirmed"), v.literal("expired")),
  requestedAt: v.number(),
  expiresAt: v.number(),
  confirmedAt: v.union(v.number(), v.null()),
  sends: v.number(),
});

/** A person's requests, newest first. */
export async function listRequests(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
  now: number,
): Promise<Infer<typeof vOptInRequest>[]> {
  await requireContact(ctx, orgId, contactId);
  return await Promise.all(
    (await requestsOf(ctx, contactId)).map(async (request) => {
      const { _id, channel, address, topic, state, requestedAt, expiresAt, queueIds } = request;
      const isExpired = state.kind === "pending" && expiresAt <= now;
      return {
        id: _id,
        channel,
        address,
        topic,
        topicName: (await requireTopic(ctx, orgId, topic)).name,
        state: isExpired ? ("expired" as const) : state.kind,
        requestedAt,
        expiresAt,
        confirmedAt: state.kind === "confirmed" ? state.at : null,
        sends: queueIds.length,
      };
    }),
  );
}
