import { defineTable } from "convex/server";
import { v } from "convex/values";

/** An editor as the steps name it: prosemirror-collab's clientID. */
export const vEditor = v.union(v.string(), v.number());

/** Where somebody is in a draft: ProseMirror positions in its words at `version`. */
export const caretFields = {
  editor: vEditor,
  version: v.number(),
  /** Where the selection began; the same as `head` when nothing is selected. */
  anchor: v.number(),
  head: v.number(),
};

export const sharedDraftCaretTables = {
  // Where each member is in a shared draft (product.md A-66): one row a member, for the editor they used last. Written by
  // carets while they move, gone with their editor, a pause, the draft.
  sharedDraftCarets: defineTable({
    orgId: v.id("organisations"),
    draftId: v.id("sharedDrafts"),
    memberId: v.id("members"),
    ...caretFields,
    /** Which of the colours. */
    tone: v.number(),
    /** When they moved last (UTC ms). */
    at: v.number(),
  }).index("by_draft_member", ["draftId", "memberId"]),
};
