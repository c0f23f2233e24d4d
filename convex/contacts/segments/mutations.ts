import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { createSegment, setSegmentArchived } from "./model";
import { vSegmentRule } from "./schema";

/** Makes a segment. Throws `invalid` with the field, `conflict` for a name there is. */
export const create = memberMutation("segments.edit")({
  args: { name: v.string(), description: v.string(), rule: vSegmentRule },
  returns: v.id("segments"),
  handler: async (ctx, fields) => await createSegment(ctx, ctx, fields, Date.now()),
});

/** Offers an archived segment again. Throws `not_found`. */
export const restore = memberMutation("segments.edit")({
  args: { segmentId: v.id("segments") },
  returns: v.null(),
  handler: async (ctx, { segmentId }): Promise<null> => {
    await setSegmentArchived(ctx, ctx, { segmentId, isArchived: false }, Date.now());
    return null;
  },
});
