import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { listDrills, vDrill, vDrillView, viewDrill } from "./model/figures";

/** The latest outage drills, newest first; one that is under way is the first (product.md O-9). */
export const list = memberQuery("delivery.read")({
  args: {},
  returns: v.array(vDrill),
  handler: async (ctx) => await listDrills(ctx, ctx.orgId),
});

/** One drill as it is now: what became of its messages, what the breakers did. */
export const view = memberQuery("delivery.read")({
  args: { drillId: v.id("drills") },
  returns: vDrillView,
  handler: async (ctx, { drillId }) => await viewDrill(ctx, ctx.orgId, drillId),
});
