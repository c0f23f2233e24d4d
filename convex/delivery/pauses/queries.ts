import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { vPauseScope } from "../flow/schema";
import { listPauses } from "../model/pauses";

/** What is paused in this workspace, since when, by whom and why, and what it holds; oldest first. */
export const list = memberQuery("delivery.read")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("deliveryPauses"),
      scope: vPauseScope,
      reason: v.string(),
      by: v.string(),
      at: v.number(),
      /** Messages that fell due and wait for it to be lifted. */
      held: v.number(),
    }),
  ),
  handler: async (ctx) => await listPauses(ctx, ctx.orgId),
});
