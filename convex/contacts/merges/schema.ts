import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vChannel } from "../../lib/closedSets";
import { vQuietHours } from "../../orgs/schema";

/** The fields of a contact that a merge decides about. */
export const vMergeFields = v.object({
  name: v.string(),
  firstName: v.optional(v.string()),
  lastName: v.optional(v.string()),
  locale: v.optional(v.string()),
  timezone: v.optional(v.string()),
  preferredChannel: v.optional(vChannel),
  preferredHours: v.optional(vQuietHours),
  accountId: v.optional(v.id("accounts")),
  tags: v.optional(v.array(v.string())),
  attributes: v.record(v.string(), v.union(v.string(), v.number(), v.boolean())),
});
export type MergeFields = Infer<typeof vMergeFields>;

export const vMergeState = v.union(
  /** Rows change hands; which part of parts.ts is next and where in it. */
  v.object({ kind: v.literal("moving"), part: v.number(), cursor: v.union(v.string(), v.null()) }),
  v.object({ kind: v.literal("done"), at: v.number() }),
  v.object({ kind: v.literal("undoing") }),
  v.object({ kind: v.literal("undone"), at: v.number() }),
  /** Too old to be undone, or one of the two was erased: what an undo needs is gone. */
  v.object({ kind: v.literal("final") }),
);

export const mergeTables = {
  // Two contacts that were one person. Written by contacts; what an undo needs is kept 30 days.
  contactMerges: defineTable({
    orgId: v.id("organisations"),
    /** Who stays, and who is part of them from then on. */
    keptId: v.id("contacts"),
    mergedId: v.id("contacts"),
    mergedBy: v.id("members"),
    state: vMergeState,
    /** The kept contact's fields before and as the merge left them. */
    undo: v.optional(
      v.object({
        before: vMergeFields,
        after: vMergeFields,
        mergedSearchText: v.string(),
        addresses: v.array(
          v.object({ id: v.id("contactAddresses"), wasOfMerged: v.boolean(), wasPrimary: v.boolean() }),
        ),
      }),
    ),
  })
    .index("by_kept", ["keptId"])
    .index("by_merged", ["mergedId"]),
  // Which rows of which part of parts.ts changed hands: what an undo gives back. Deleted with the undo.
  contactMergeMoves: defineTable({
    orgId: v.id("organisations"),
    mergeId: v.id("contactMerges"),
    part: v.string(),
    ids: v.array(v.string()),
  }).index("by_merge", ["mergeId"]),
};

/** By what somebody is suggested as the same person. */
export const vMatch = literals("number", "name");
