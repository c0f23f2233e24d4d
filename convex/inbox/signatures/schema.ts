import { defineTable } from "convex/server";
import { v } from "convex/values";
import { vBusinessEntity } from "../../lib/closedSets";

export const signatureTables = {
  // What stands under e-mails (product.md A-81): a member's own words, and below them the brand's. One row an owner and
  // brand; "all" counts where there is none for the very brand. Written by members and admins.
  signatures: defineTable({
    orgId: v.id("organisations"),
    /** Absent: the brand's. */
    memberId: v.optional(v.id("members")),
    businessEntity: vBusinessEntity,
    /** Its words: what mails without HTML have, and all of one from before there was HTML. */
    text: v.string(),
    /** Simple HTML, its picture by Content-ID (the file's id), and the editor's document (Tiptap JSON text). */
    html: v.optional(v.string()),
    doc: v.optional(v.string()),
    logoId: v.optional(v.id("files")),
  }).index("by_owner", ["orgId", "memberId", "businessEntity"]),
};
