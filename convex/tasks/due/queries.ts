import { memberQuery } from "../../lib/functions";
import { dueHoursOf } from "./model";
import { vDueHours } from "./schema";

/** Within how many opening hours tasks of each priority are due that were given no time. */
export const get = memberQuery("tasks.read")({
  args: {},
  returns: vDueHours,
  handler: async (ctx) => await dueHoursOf(ctx, ctx.orgId),
});
