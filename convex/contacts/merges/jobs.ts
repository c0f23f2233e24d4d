import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import { finalise } from "./model";
import * as moves from "./model/moves";

/** Goes on handing rows over. */
export const moveBatch = internalMutation({
  args: { mergeId: v.id("contactMerges") },
  returns: v.null(),
  handler: async (ctx, { mergeId }): Promise<null> => {
    await moves.moveBatch(ctx, mergeId);
    return null;
  },
});

/** Goes on giving rows back. */
export const undoBatch = internalMutation({
  args: { mergeId: v.id("contactMerges") },
  returns: v.null(),
  handler: async (ctx, { mergeId }): Promise<null> => {
    await moves.undoBatch(ctx, mergeId);
    return null;
  },
});

/** Throws away what an undo would need: its time is over. */
export const expire = internalMutation({
  args: { mergeId: v.id("contactMerges") },
  returns: v.null(),
  handler: async (ctx, { mergeId }): Promise<null> => {
    await finalise(ctx, mergeId);
    return null;
  },
});
