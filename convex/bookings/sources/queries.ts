import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { requireSource } from "../model/sources";
import { refusedDeliveries } from "../model/webhooks";

/** Deliveries of a source that could not be used, newest first, at most 50, each with the reason. Bodies are not shown. */
export const refused = memberQuery("connections.manage")({
  args: { sourceId: v.id("bookingSources") },
  returns: v.array(
    v.object({
      id: v.id("rawEvents"),
      receivedAt: v.number(),
      reason: v.string(),
      code: v.optional(v.string()),
      field: v.optional(v.string()),
    }),
  ),
  handler: async (ctx, { sourceId }) => {
    const deliveries = await refusedDeliveries(ctx, await requireSource(ctx, ctx.orgId, sourceId));
    return deliveries.flatMap(({ _id: id, receivedAt, state }) => {
      if (state.kind !== "rejected" && state.kind !== "failed") return [];
      const { code, field } = state.kind === "rejected" ? state : { code: undefined, field: undefined };
      return [{ id, receivedAt, reason: state.reason, code, field }];
    });
  },
});
