import { v, type Infer } from "convex/values";

/** A deleted conversation: since when, by whom, and what restoring it brings back besides. */
export const vDeleted = v.object({
  at: v.number(),
  by: v.id("members"),
  wasSpam: v.optional(v.literal(true)),
  snoozedUntil: v.optional(v.union(v.number(), v.null())),
});

/** A row of the list of deleted conversations. */
export const vDeletedThread = v.object({
  id: v.id("threads"),
  number: v.number(),
  subject: v.string(),
  preview: v.string(),
  /** The customer's name; null where it has none. */
  who: v.union(v.string(), v.null()),
  by: v.string(),
  at: v.number(),
  /** UTC ms; null: it is being removed. */
  restorableUntil: v.union(v.number(), v.null()),
});
export type DeletedThread = Infer<typeof vDeletedThread>;

/** What its address says of a deleted conversation to those who could open it before. */
export const vDeletionNotice = v.object({
  number: v.number(),
  by: v.string(),
  at: v.number(),
  restorableUntil: v.union(v.number(), v.null()),
  /** What the reader was writing in it and has not sent; `doc` is Tiptap JSON text. */
  unsent: v.array(v.object({ isNote: v.boolean(), doc: v.string() })),
});
