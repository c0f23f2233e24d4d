import { defineTable } from "convex/server";
import { v } from "convex/values";

export const fileTables = {
  // Attachments and kept originals. Written by intake and inbox; read by inbox and delivery.
  files: defineTable({
    orgId: v.id("organisations"),
    storageId: v.id("_storage"),
    name: v.string(),
    contentType: v.string(),
    sizeBytes: v.number(),
    /** Content-ID of an inline image, without brackets. */
    contentId: v.optional(v.string()),
  })
    .index("by_org", ["orgId"])
    // A forwarded file is a row of its own with the same bytes.
    .index("by_storage", ["storageId"]),
};
