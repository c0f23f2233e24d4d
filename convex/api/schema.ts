import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v } from "convex/values";
import { answerTables } from "./answers/schema";
import { API_SCOPES } from "./scopes";
import { webhookTables } from "./webhooks/schema";

export const vApiScope = literals(...API_SCOPES);

export const apiTables = {
  ...answerTables,
  ...webhookTables,
  // Keys of outside systems. Written by api; read by every call of the REST API; revoked ones stay as a record.
  apiKeys: defineTable({
    orgId: v.id("organisations"),
    name: v.string(),
    /** Names the key in lists and in the header of signed requests; no secret. */
    publicId: v.string(),
    /** SHA-256 of the key; the key itself is shown once. */
    keyHash: v.string(),
    /** For callers that sign instead of presenting the key (Standard Webhooks). Encrypted, shown once. */
    encryptedSigningSecret: v.string(),
    scopes: v.array(vApiScope),
    createdBy: v.id("members"),
    lastUsedAt: v.optional(v.number()),
    expiresAt: v.optional(v.number()),
    revokedAt: v.optional(v.number()),
  })
    .index("by_org", ["orgId"])
    .index("by_key_hash", ["keyHash"])
    .index("by_public_id", ["publicId"]),
};
