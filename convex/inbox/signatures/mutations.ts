import { v } from "convex/values";
import { vBusinessEntity } from "../../lib/closedSets";
import { memberMutation } from "../../lib/functions";
import { setSignature } from "./model";

/** Writes the caller's own signature, or, with `isOwn` false, a brand's; an empty text removes it. */
export const set = memberMutation("inbox.reply")({
  args: {
    businessEntity: vBusinessEntity,
    isOwn: v.boolean(),
    text: v.string(),
    /** From the editor, with its document; absent: plain text. */
    html: v.optional(v.string()),
    doc: v.optional(v.string()),
    /** The picture that stands in it. */
    logoId: v.optional(v.id("files")),
  },
  returns: v.null(),
  handler: async (ctx, signature): Promise<null> => {
    await setSignature(ctx, ctx, signature);
    return null;
  },
});
