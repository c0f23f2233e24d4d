import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vActor } from "../../audit/schema";
import { vPurpose } from "../../lib/closedSets";
import { vProof } from "../consents/schema";

/** Whether a person answered. What is pending ends by itself at `expiresAt`. */
export const vOptInState = v.union(
  v.object({ kind: v.literal("pending") }),
  v.object({ kind: v.literal("confirmed"), at: v.number() }),
);
export type OptInState = Infer<typeof vOptInState>;

export const optInTables = {
  // Asked by mail or text whether somebody really wants to hear from the organisation (double opt-in). Written by
  // contacts; read by the confirmation page and the contact's panel. Kept like the ledger: it is the proof.
  optInRequests: defineTable({
    orgId: v.id("organisations"),
    contactId: v.id("contacts"),
    channel: v.union(v.literal("email"), v.literal("sms"), v.literal("whatsapp")),
    address: v.string(),
    purpose: vPurpose,
    topic: v.string(),
    /** BCP 47, what the person was asked in. */
    locale: v.string(),
    wordingVersion: v.string(),
    wordingId: v.id("consentWordings"),
    wordingText: v.string(),
    /** "agent", "preference-page", "form:<id>" */
    source: v.string(),
    actor: vActor,
    proof: v.optional(vProof),
    state: vOptInState,
    requestedAt: v.number(),
    expiresAt: v.number(),
    /** Messages that carried the link: messageQueue ids, as strings. */
    queueIds: v.array(v.string()),
    lastSentAt: v.number(),
    /** After erasure: how long the request stays as proof, UTC ms; its address is a keyed hash then. */
    keepUntil: v.optional(v.number()),
  })
    .index("by_keep", ["keepUntil"])
    .index("by_contact", ["contactId", "channel", "topic", "requestedAt"])
    .index("by_address", ["orgId", "channel", "address", "requestedAt"]),
  // The links, hashed; every message has its own and all of them work. Written when a message is queued.
  optInTokens: defineTable({
    orgId: v.id("organisations"),
    requestId: v.id("optInRequests"),
    tokenHash: v.string(),
  })
    .index("by_token", ["tokenHash"])
    .index("by_request", ["requestId"]),
};
