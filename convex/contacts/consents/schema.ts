import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vActor } from "../../audit/schema";
import { vChannel, vPurpose } from "../../lib/closedSets";

/**
 * What an entry of the ledger says. `granted`, `withdrawn` and `denied` (asked, and said no) decide about sending;
 * `pending` only records that a confirmation was asked for; the others are wishes about when and how often.
 */
export const CONSENT_STATES = [
  "pending",
  "granted",
  "withdrawn",
  "denied",
  "paused",
  "resumed",
  "limited",
  "unlimited",
] as const;
export const vConsentState = literals(...CONSENT_STATES);
export type ConsentState = Infer<typeof vConsentState>;

/** What allows writing (providers.md 21.1): consent, or a sale to an existing customer (§ 7(3) UWG and its likes). */
export const LEGAL_BASES = ["consent", "existing_customer"] as const;
export const vLegalBasis = literals(...LEGAL_BASES);
export type LegalBasis = Infer<typeof vLegalBasis>;

/** Which of the three histories an entry belongs to besides the deciding one, which has none. */
export const vConsentAspect = literals("request", "pause", "frequency");

/** How a statement can be shown to be true later (providers.md 21.3). */
export const vProof = v.object({
  ip: v.optional(v.string()),
  userAgent: v.optional(v.string()),
  /** Where it was said: address of the form or page, without its token. */
  url: v.optional(v.string()),
  /** Id of the double opt-in request, the message or the import it goes back to. */
  reference: v.optional(v.string()),
  /** A member's words: "said so on the phone", number of the sale. */
  evidence: v.optional(v.string()),
});
export type Proof = Infer<typeof vProof>;

export const consentTables = {
  // Append-only ledger; the newest deciding row per (contact, channel, purpose, topic) counts. Written by contacts and
  // never changed or deleted, but for erasure, which takes the traces out and sets `keepUntil` (product.md C-28).
  consents: defineTable({
    orgId: v.id("organisations"),
    contactId: v.id("contacts"),
    channel: vChannel,
    purpose: vPurpose,
    /** Key of the topic it is about; absent: everything of the purpose. */
    topic: v.optional(v.string()),
    state: vConsentState,
    /** Follows from the state; kept so that the newest of each history is one read. Absent: a deciding statement. */
    aspect: v.optional(vConsentAspect),
    basis: v.optional(vLegalBasis),
    /** Which wording the person saw, "key/language/version" or the name a source gave. */
    wordingVersion: v.string(),
    wordingId: v.optional(v.id("consentWordings")),
    /** The words as they were shown, blanks filled. */
    wordingText: v.optional(v.string()),
    /** "booking:<source>", "unsubscribe-link", "message:<id>", "agent", "preference-page" … */
    source: v.string(),
    actor: v.optional(vActor),
    proof: v.optional(vProof),
    /** Why a member recorded it. */
    reason: v.optional(v.string()),
    /** With `paused`: until when, UTC ms. */
    until: v.optional(v.number()),
    /** With `limited`: at most one message in so many days. */
    everyDays: v.optional(v.number()),
    /** When the person said so, UTC ms; when it was recorded is the row's creation. */
    at: v.number(),
    /** After erasure: how long the entry stays as proof, UTC ms. */
    keepUntil: v.optional(v.number()),
  })
    .index("by_statement", ["contactId", "channel", "purpose", "topic", "aspect", "at"])
    .index("by_contact", ["contactId", "at"])
    .index("by_keep", ["keepUntil"]),
};
