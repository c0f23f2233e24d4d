import { defineTable } from "convex/server";
import { v } from "convex/values";
import { vThreadFilter } from "../filters";

export const savedViewTables = {
  // Filters of the list with a name (product.md 3.2, saved views). Members write their own, read theirs and shared ones.
  savedViews: defineTable({
    orgId: v.id("organisations"),
    ownerId: v.id("members"),
    /** Others see it: everybody in the organisation, or those of one team; else its owner alone. */
    isShared: v.boolean(),
    teamId: v.optional(v.id("teams")),
    name: v.string(),
    filter: vThreadFilter,
    /** The order in the sidebar; halves between two neighbours make room. */
    position: v.number(),
  })
    .index("by_owner", ["orgId", "ownerId", "isShared", "position"])
    .index("by_shared", ["orgId", "isShared", "teamId", "position"]),
};
