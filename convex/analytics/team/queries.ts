import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { vChannel } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { teamReport, vReport, vWorkload, workload as workloadOf } from "./model/report";
import { PERIOD_NAMES } from "./periods";

/**
 * How the team works, over a period that ends with `now` (given by the screen, so that the answer can be cached): in all,
 * by channel, team and member, and stretch by stretch. Narrowed to what the member may see.
 */
export const report = memberQuery("delivery.read")({
  args: {
    period: literals(...PERIOD_NAMES),
    now: v.number(),
    channel: v.optional(vChannel),
    teamId: v.optional(v.id("teams")),
  },
  returns: vReport,
  handler: async (ctx, filter): Promise<Infer<typeof vReport>> => await teamReport(ctx, ctx, filter),
});

/** Who has how much to do now. */
export const workload = memberQuery("delivery.read")({
  args: {},
  returns: vWorkload,
  handler: async (ctx): Promise<Infer<typeof vWorkload>> => await workloadOf(ctx, ctx),
});
