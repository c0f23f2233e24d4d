import { v } from "convex/values";
import { vBusinessEntity } from "../../lib/closedSets";
import { memberMutation } from "../../lib/functions";
import { setSignature } from "./model";

/** Writes the caller's own signature, or, with `isOwn` false, a brand's; an empty text removes it. */
export const set = memberMutation("inbox.reply")({
  args: { businessEntity: vBusinessEntity, isOwn: v.boolean(), text: v.string() },
  returns: v.null(),
  handler: async (ctx, signature): Promise<null> => {
    await setSignature(ctx, ctx, signature);
    return null;
  },
});
