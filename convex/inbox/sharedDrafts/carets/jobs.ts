import { v } from "convex/values";
import { internalMutation } from "../../../lib/functions";
import { endPaused as endPausedCaret } from "./model";

/** Scheduled for when a caret would have stood still for too long. */
export const endPaused = internalMutation({
  args: { caretId: v.id("sharedDraftCarets") },
  returns: v.null(),
  handler: async (ctx, { caretId }): Promise<null> => {
    await endPausedCaret(ctx, caretId, Date.now());
    return null;
  },
});
