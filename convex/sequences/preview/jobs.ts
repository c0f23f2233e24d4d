import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { vRendered } from "../../delivery/schema";
import { internalMutation } from "../../lib/functions";
import * as model from "./model";

/** Takes over what a preview looks like, or why there is none. */
export const answer = internalMutation({
  args: {
    previewId: v.id("messagePreviews"),
    asked: v.number(),
    outcome: v.union(
      v.object({ rendered: vRendered, marked: v.optional(vRendered) }),
      v.object({ reason: v.string() }),
    ),
  },
  returns: v.null(),
  handler: async (ctx, { previewId, asked, outcome }): Promise<null> => {
    const state =
      "reason" in outcome ? { kind: "failed" as const, ...outcome } : { kind: "ready" as const, ...outcome };
    await model.answer(ctx, previewId, asked, state);
    return null;
  },
});

/** Deletes a preview nobody has asked for lately, or looks again when its hour is over. */
export const forget = internalMutation({
  args: { previewId: v.id("messagePreviews") },
  returns: v.null(),
  handler: async (ctx, { previewId }): Promise<null> => {
    const at = await model.forget(ctx, previewId, Date.now());
    if (at !== null) await ctx.scheduler.runAt(at, internal.sequences.preview.jobs.forget, { previewId });
    return null;
  },
});
