import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { IMAGE_PROBLEMS } from "./limits";

/** What became of an upload that was to be a picture. */
export const vAddedImage = v.union(
  v.object({ kind: v.literal("added"), fileId: v.id("files") }),
  v.object({ kind: v.literal("refused"), problem: literals(...IMAGE_PROBLEMS) }),
);
export type AddedImage = Infer<typeof vAddedImage>;

export const imageTables = {
  // One row a picture that nothing was sent with yet: it may be removed once nobody needs it. Written by templates
  // (images); gone when its picture is published, sent as a test or a logo, or removed.
  looseImages: defineTable({
    orgId: v.id("organisations"),
    fileId: v.id("files"),
    /** Since when no draft shows it, UTC ms; absent while one does. */
    unusedSince: v.optional(v.number()),
  })
    .index("by_file", ["fileId"])
    .index("by_unused", ["unusedSince"]),
  // Which draft shows which loose picture. Written with the draft.
  looseImageUses: defineTable({
    orgId: v.id("organisations"),
    templateId: v.id("templates"),
    fileId: v.id("files"),
  }).index("by_file", ["fileId", "templateId"]),
};
