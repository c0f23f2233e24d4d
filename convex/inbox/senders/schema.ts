import { defineTable } from "convex/server";
import { v } from "convex/values";
import { vChannel } from "../../lib/closedSets";

export const senderTables = {
  // What a member last chose to write from in a mailbox (or, without one, on a channel): what the next conversation there
  // begins with (product.md A-81). Written with each chosen sender that goes out; goes when "as the account has it" does.
  senderUses: defineTable({
    orgId: v.id("organisations"),
    memberId: v.id("members"),
    channel: vChannel,
    channelId: v.optional(v.id("channels")),
    address: v.string(),
  }).index("by_member", ["memberId", "channel", "channelId"]),
};
