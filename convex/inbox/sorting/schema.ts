import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vChannel, vPriority, vThreadType } from "../../lib/closedSets";
import { WORD_PLACES } from "./sets";

/** Which new conversations a rule is for; what is left out does not matter. */
export const vSortingConditions = v.object({
  channel: v.optional(vChannel),
  /** The mailbox or number it came in on. */
  channelId: v.optional(v.id("channels")),
  /** Words or phrases of which one is enough. */
  words: v.optional(v.array(v.string())),
  wordsIn: v.optional(literals(...WORD_PLACES)),
  /** Addresses, phone numbers or domains of which one is enough. */
  senders: v.optional(v.array(v.string())),
  /** The customer's organisation. */
  accountId: v.optional(v.id("accounts")),
  /** ISO 639 of the customer, where it is known: "de". */
  language: v.optional(v.string()),
  /** Whether files came with it. */
  hasFiles: v.optional(v.boolean()),
});
export type SortingConditions = Infer<typeof vSortingConditions>;

/** What a rule makes of a conversation. */
export const vSortingEffect = v.object({
  threadType: v.optional(vThreadType),
  priority: v.optional(vPriority),
  tags: v.array(v.string()),
});
export type SortingEffect = Infer<typeof vSortingEffect>;

export const sortingTables = {
  // What new conversations are, before anybody gets them: type, priority and tags by the first rule that fits, and by
  // further ones where it goes on. Written by leads; read when a conversation begins; few.
  sortingRules: defineTable({
    orgId: v.id("organisations"),
    name: v.string(),
    isEnabled: v.boolean(),
    position: v.number(),
    conditions: vSortingConditions,
    effect: vSortingEffect,
    /** Rules after it are asked too. */
    goesOn: v.boolean(),
  }).index("by_org", ["orgId", "position"]),
};
