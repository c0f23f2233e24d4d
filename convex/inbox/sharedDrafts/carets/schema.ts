import { defineTable } from "convex/server";
import { v } from "convex/values";
import { vEditor } from "../../../lib/editors";

/** Where somebody is in a draft: ProseMirror positions in its words at `version`. */
export const caretFields = {
  editor: vEditor,
  version: v.number(),
  /** Where the selection began; the same as `head` when nothing is selected. */
  anchor: v.number(),
  head: v.number(),
};

export const sharedDraftCaretTables = {
  // Where each member is in a shared draft (product.md A-66), of an answer or of a template's document: one row a member, for
  // the editor they used last. Written by carets while they move, gone with their editor, a pause, the draft.
  sharedDraftCarets: defineTable({
    orgId: v.id("organisations"),
    draftId: v.union(v.id("sharedDrafts"), v.id("templateWritings")),
    memberId: v.id("members"),
    ...caretFields,
    /** Which of the colours. */
    tone: v.number(),
    /** When they moved last (UTC ms). */
    at: v.number(),
  }).index("by_draft_member", ["draftId", "memberId"]),
};
