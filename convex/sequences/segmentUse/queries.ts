import { v } from "convex/values";
import { requireSegment } from "../../contacts/segments/model";
import { memberQuery } from "../../lib/functions";
import { vSequenceStatus } from "../schema";
import { usesOfSegment } from "./model";

/** Which journeys that are not archived name a segment. Throws `not_found`. */
export const list = memberQuery("sequences.read")({
  args: { segmentId: v.id("segments") },
  returns: v.array(
    v.object({
      sequenceId: v.id("sequences"),
      name: v.string(),
      status: vSequenceStatus,
      /** Its live version or its rules ask for it. */
      isLive: v.boolean(),
      /** Its draft does. */
      isInDraft: v.boolean(),
    }),
  ),
  handler: async (ctx, { segmentId }) => {
    await requireSegment(ctx, ctx.orgId, segmentId);
    return await usesOfSegment(ctx, ctx.orgId, segmentId);
  },
});
