import { defineTable } from "convex/server";
import { v } from "convex/values";

/** A file as the composer shows it. */
export const vAttachment = v.object({
  fileId: v.id("files"),
  name: v.string(),
  contentType: v.string(),
  sizeBytes: v.number(),
  url: v.union(v.null(), v.string()),
});

export const attachmentTables = {
  // Files that are attached to something not sent yet. Written by uploads; a row goes when its file is sent or taken off;
  // what is forgotten is pruned by a cron.
  looseFiles: defineTable({
    orgId: v.id("organisations"),
    memberId: v.id("members"),
    fileId: v.id("files"),
    addedAt: v.number(),
  })
    .index("by_file", ["fileId"])
    .index("by_age", ["addedAt"]),
};
