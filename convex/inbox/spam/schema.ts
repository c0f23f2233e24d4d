import { defineTable } from "convex/server";
import { v } from "convex/values";
import { vChannel } from "../../lib/closedSets";

export const spamTables = {
  // Addresses whose messages are kept but bother nobody (product.md A-82). Written by members; read when something arrives.
  blockedSenders: defineTable({
    orgId: v.id("organisations"),
    channel: vChannel,
    /** Normalised. */
    address: v.string(),
    by: v.id("members"),
    at: v.number(),
  }).index("by_address", ["orgId", "channel", "address"]),
};
