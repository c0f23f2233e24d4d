import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

export const vSyncState = v.union(
  v.object({ kind: v.literal("idle") }),
  v.object({ kind: v.literal("running"), since: v.number() }),
  v.object({ kind: v.literal("done"), at: v.number(), linked: v.number(), added: v.number() }),
  v.object({ kind: v.literal("failed"), at: v.number(), reason: v.string() }),
);
export type SyncState = Infer<typeof vSyncState>;

/** A call to sevDesk; `body` is JSON text. */
export const vSevdeskCall = v.object({
  method: literals("GET", "POST", "PUT"),
  path: v.string(),
  body: v.optional(v.string()),
});

/** What came of a call: an answer, whatever it says, or none. */
export const vCallResult = v.union(
  v.object({ kind: v.literal("answer"), status: v.number(), text: v.string(), retryAfterMs: v.optional(v.number()) }),
  v.object({ kind: v.literal("none"), reason: v.string() }),
);
export type CallResult = Infer<typeof vCallResult>;

export const bookkeepingTables = {
  // The organisation's sevDesk account. Written by bookkeeping; the token is encrypted and never shown again.
  bookkeepingAccounts: defineTable({
    orgId: v.id("organisations"),
    baseUrl: v.string(),
    encryptedToken: v.string(),
    isEnabled: v.boolean(),
    /** Why it was switched off without a person: the token is refused. */
    disabledReason: v.optional(v.string()),
    /** sevDesk's id of the custom field that carries the last delivery; made once. */
    fieldSettingId: v.optional(v.string()),
    sync: vSyncState,
  }).index("by_org", ["orgId"]),
  // Who of our contacts is who in sevDesk. Written by the sync; read when a delivery is to be reported.
  bookkeepingLinks: defineTable({
    orgId: v.id("organisations"),
    contactId: v.id("contacts"),
    externalId: v.string(),
    /** sevDesk's id of the custom field's value on this contact, once there is one. */
    fieldId: v.optional(v.string()),
  })
    .index("by_contact", ["contactId"])
    .index("by_external", ["orgId", "externalId"]),
  // What is to be written to a contact in sevDesk: the newest delivery only, because the field holds one line. Written by
  // the reaction to message events, removed once written there.
  bookkeepingReports: defineTable({
    orgId: v.id("organisations"),
    linkId: v.id("bookkeepingLinks"),
    text: v.string(),
    dueAt: v.number(),
    attempts: v.number(),
    lastError: v.optional(v.string()),
  })
    .index("by_link", ["linkId"])
    .index("by_due", ["orgId", "dueAt"]),
};
