import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v } from "convex/values";

export const retentionTables = {
  // How far the texts of an organisation have been removed: everything before `until` is done. Written by the purging
  // jobs of delivery and inbox.
  retentionMarks: defineTable({
    orgId: v.id("organisations"),
    what: literals("messages", "conversations"),
    until: v.number(),
  }).index("by_org", ["orgId", "what"]),
};
