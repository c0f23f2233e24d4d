import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

export const RAW_EVENT_KINDS = [
  "booking_generic",
  "booking_calcom",
  "booking_calendly",
  "email_postmark",
  "email_raw",
  /** A mail as a provider's form (SendGrid's Inbound Parse, a route of Mailgun's). */
  "email_sendgrid",
  "email_mailgun",
  /** A mail to be fetched from the provider that keeps it. */
  "mail_fetch",
  "sms_sandbox",
  "message_api",
  /** A request of a provider as it came: reports and inbound texts. */
  "provider_webhook",
  /** One inbound text out of it. */
  "text_inbound",
  /** One file of such a text, to be fetched from the provider. */
  "media_inbound",
  /** What a mail reported about messages of ours: bounces, complaints. */
  "mail_report",
] as const;
export const vRawEventKind = literals(...RAW_EVENT_KINDS);
export type RawEventKind = Infer<typeof vRawEventKind>;

export const vRawEventState = v.union(
  /** Waits for its processor; `attempts` have failed so far, the last one with `lastError`; the next is due `dueAt`. */
  v.object({
    kind: v.literal("received"),
    attempts: v.optional(v.number()),
    lastError: v.optional(v.string()),
    dueAt: v.optional(v.number()),
  }),
  v.object({ kind: v.literal("processed"), at: v.number(), result: v.string() }),
  /** Could not be used: kept with the reason and the field, can be replayed. */
  v.object({
    kind: v.literal("rejected"),
    at: v.number(),
    code: v.string(),
    reason: v.string(),
    field: v.optional(v.string()),
  }),
  v.object({ kind: v.literal("failed"), at: v.number(), reason: v.string(), attempts: v.number() }),
  /** A member looked at it and decided that nobody needs it; can be replayed until it is pruned. */
  v.object({ kind: v.literal("discarded"), at: v.number(), reason: v.string(), memberId: v.id("members") }),
);
export type RawEventState = Infer<typeof vRawEventState>;

export const vRawEventHint = v.object({ from: v.optional(v.string()), subject: v.optional(v.string()) });

export const vWrittenOriginal = v.object({
  storageId: v.id("_storage"),
  /** It was in the request as a whole. */
  isMime: v.boolean(),
});

/** Why a call did not get past the door: its signature or the password of its address was wrong, or it was too large. */
export const vRefusedCallWhy = literals("signature", "secret", "size");

export const intakeTables = {
  // Every inbound event as received, before anyone interprets it (verify, store raw, answer; process in a job).
  // Pruned 30 days after processing; rejected and failed ones are kept 90 days.
  rawEvents: defineTable({
    orgId: v.id("organisations"),
    kind: vRawEventKind,
    /** bookingSources, channels or connections id, as a string. */
    sourceId: v.string(),
    receivedAt: v.number(),
    /** Unique per organisation and source: the provider's event id, or a hash of the content. */
    dedupeKey: v.string(),
    /** The body; large ones lie in file storage instead. */
    body: v.union(
      v.object({ kind: v.literal("text"), text: v.string() }),
      v.object({ kind: v.literal("file"), storageId: v.id("_storage"), sizeBytes: v.number() }),
    ),
    /** The size of the whole when only the beginning of a mail could be kept. */
    cutFromBytes: v.optional(v.number()),
    state: vRawEventState,
    /** Who wrote about what, as far as the beginning of the body says so; only where it could not be used. */
    hint: v.optional(vRawEventHint),
    /** Of a mail that a provider wrapped into a request of its own: the mail as people may look at it (originals). */
    original: v.optional(vWrittenOriginal),
    /** Read together with others of its source (`model/queues.ts`); only until it was read, or has to wait by itself. */
    queue: v.optional(v.string()),
  })
    .index("by_dedupe", ["orgId", "sourceId", "dedupeKey"])
    .index("by_state", ["orgId", "state.kind", "receivedAt"])
    // For the sweeper and retention, which work across organisations.
    .index("by_kind_received", ["state.kind", "receivedAt"])
    .index("by_queue", ["queue"]),
  // Calls to an address of ours that were refused before anything was kept, added up by source: a key that was changed on
  // one side only. Written by the HTTP routes, at most once a second each; read by the intake screen; pruned after a month.
  refusedCalls: defineTable({
    orgId: v.id("organisations"),
    /** As in rawEvents. */
    sourceId: v.string(),
    why: vRefusedCallWhy,
    count: v.number(),
    since: v.number(),
    lastAt: v.number(),
  })
    .index("by_source", ["orgId", "sourceId", "why"])
    .index("by_org", ["orgId", "lastAt"])
    .index("by_age", ["lastAt"]),
  // The one job on its way to a queue of raw events. Written by whoever puts the first event into it, and by the job.
  intakeWakeUps: defineTable({ queue: v.string(), at: v.number() }).index("by_queue", ["queue"]),
};
