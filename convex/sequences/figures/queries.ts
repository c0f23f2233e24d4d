import { v } from "convex/values";
import { vChannel } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { countsOf } from "../model/figures";
import { requireSequence } from "../model/sequences";
import { figuresFrom } from "./counts";
import { vFigures } from "./schema";

/**
 * All figures of a journey as they are now, in all its versions (product.md B-14, B-31). `channels`: how many of its
 * messages arrived and how many came back or could not be sent. Throws `not_found`.
 */
export const get = memberQuery("sequences.read")({
  args: { sequenceId: v.id("sequences") },
  returns: v.object({
    total: vFigures,
    steps: v.array(
      v.object({
        stepId: v.string(),
        figures: vFigures,
        /** Why messages did not go, most frequent first. */
        reasons: v.array(v.object({ reason: v.string(), count: v.number() })),
      }),
    ),
    channels: v.array(v.object({ channel: vChannel, delivered: v.number(), lost: v.number() })),
  }),
  handler: async (ctx, { sequenceId }) => {
    const sequence = await requireSequence(ctx, ctx.orgId, sequenceId);
    return figuresFrom(await countsOf(ctx, sequence._id));
  },
});
