import { defineTable } from "convex/server";
import { v } from "convex/values";

export const togetherTables = {
  // The document of a template while members write in it: at most one a template. What editors did to it are steps in the
  // component prosemirrorSync, under the row's id; the draft follows. It outlives the draft, so that nobody's editor is
  // shut by a publication. Written by templates (together); ended when the template has no document, or after a day's rest.
  templateWritings: defineTable({
    orgId: v.id("organisations"),
    templateId: v.id("templates"),
    /** Tiptap JSON text at `version`. */
    document: v.string(),
    /** How many steps were done, and one. */
    version: v.number(),
    /** UTC ms */
    updatedAt: v.number(),
  }).index("by_template", ["templateId"]),
};
