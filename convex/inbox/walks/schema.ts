import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

/**
 * What walks over everything from before a capability put right: names of files, conversations by tag, by order and reference,
 * what they are to members, and when they changed last.
 */
export const vWalkKind = literals("fileNames", "tags", "keys", "marks", "changes");
export type WalkKind = Infer<typeof vWalkKind>;

export const walkTables = {
  // How far each walk is; one row each for all organisations. Written by walks/model alone.
  inboxWalks: defineTable({
    kind: vWalkKind,
    /** Where it goes on: the creation time of the last row looked at. */
    after: v.number(),
    isDone: v.boolean(),
    /** When its last batch was, UTC ms: one that was cut short is taken up again. */
    workedAt: v.number(),
  }).index("by_kind", ["kind"]),
};
