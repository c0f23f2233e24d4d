import { defineTable } from "convex/server";
import { v } from "convex/values";

export const passwordTables = {
  // Open links to choose a new password, at most one an account; removed when used or replaced. Global, as accounts are.
  passwordResets: defineTable({
    userId: v.id("users"),
    /** The token itself is in the link only. */
    tokenHash: v.string(),
    expiresAt: v.number(),
    /** The workspace whose admin made the link; absent: it was mailed to the person, or made at the console. */
    madeIn: v.optional(v.id("organisations")),
  })
    .index("by_user", ["userId"])
    .index("by_token_hash", ["tokenHash"]),
};
