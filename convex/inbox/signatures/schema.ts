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
    text: v.string(),
  }).index("by_owner", ["orgId", "memberId", "businessEntity"]),
};
