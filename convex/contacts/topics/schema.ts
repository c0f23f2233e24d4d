import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vPurpose } from "../../lib/closedSets";

/** A text in the languages of customer pages; German is what every other language falls back to last. */
export const vLocalText = v.object({ de: v.string(), en: v.string(), nl: v.string() });
export type LocalText = Infer<typeof vLocalText>;

export const topicTables = {
  // What people can choose on their preference page. Written by contacts; until the organisation changes one, the
  // built-in topics count and there are no rows. Messages, consents and suppressions name a topic by its key.
  topics: defineTable({
    orgId: v.id("organisations"),
    /** Stable: "news". Unique per organisation. */
    key: v.string(),
    name: vLocalText,
    description: vLocalText,
    purpose: vPurpose,
    channels: v.array(v.union(v.literal("email"), v.literal("sms"), v.literal("whatsapp"))),
    order: v.number(),
    /** No longer offered; what was said about it still counts. */
    isArchived: v.boolean(),
  })
    .index("by_org", ["orgId", "order"])
    .index("by_key", ["orgId", "key"]),
};
