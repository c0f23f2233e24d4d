import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { vSegmentRule } from "../../contacts/segments/schema";
import { archiveSegment, changeUsedSegment } from "./model";

/**
 * Changes name, description or rule of a segment; what is absent stays. A new rule reaches the people inside of journeys
 * that ask for it, in the background. Throws `invalid` with the field, `not_found`, `conflict` for a name there is and
 * while an earlier change is under way.
 */
export const change = memberMutation("segments.edit")({
  args: {
    segmentId: v.id("segments"),
    name: v.optional(v.string()),
    description: v.optional(v.string()),
    rule: v.optional(vSegmentRule),
  },
  returns: v.null(),
  handler: async (ctx, change): Promise<null> => {
    await changeUsedSegment(ctx, ctx, change, Date.now());
    return null;
  },
});

/** Offers a segment no more. Throws `conflict` with the journeys that name it, unless `anyway`; `not_found`. */
export const archive = memberMutation("segments.edit")({
  args: { segmentId: v.id("segments"), anyway: v.boolean() },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    await archiveSegment(ctx, ctx, args, Date.now());
    return null;
  },
});
