import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v } from "convex/values";
import { vDeliveryStatus } from "../deliveryStatuses";

export const vReactionSide = literals("customer", "team");

/** A reaction as the timeline shows it. */
export const vShownReaction = v.object({
  emoji: v.string(),
  name: v.string(),
  isOurs: v.boolean(),
  /** Of one of ours: what became of it. */
  status: v.optional(vDeliveryStatus),
});

/** What a message answers, as far as it is here. */
export const vShownQuote = v.object({ messageId: v.id("messages"), name: v.string(), text: v.string() });

export const chatTables = {
  // What each side of a chat last reacted with to a message; an empty emoji was taken back, and is kept so that an older
  // report that comes late changes nothing. By the provider's id of the message, which may come after its reactions.
  // Written by intake and members; goes with the message's texts. Whose message never came goes after 30 days (chats/jobs).
  messageReactions: defineTable({
    orgId: v.id("organisations"),
    /** The provider's id of the message that is reacted to. */
    targetId: v.string(),
    side: vReactionSide,
    emoji: v.string(),
    /** UTC ms: by the customer's provider, by us for ours. */
    at: v.number(),
    /** Who of the team, and its way out. */
    memberId: v.optional(v.id("members")),
    queueId: v.optional(v.id("messageQueue")),
    /** UTC ms: when to look whether its message is here; absent: not settled yet. */
    lookAt: v.optional(v.number()),
  })
    .index("by_target", ["orgId", "targetId", "side"])
    .index("by_look", ["lookAt"]),
};
