import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { setDueHours } from "./model";
import { vDueHours } from "./schema";

/** Sets within how many opening hours tasks made from now on are due that are given no time. */
export const set = memberMutation("sla.manage")({
  args: vDueHours.fields,
  returns: v.null(),
  handler: async (ctx, { critical, urgent, high, normal, low }): Promise<null> => {
    await setDueHours(ctx, ctx, { critical, urgent, high, normal, low });
    return null;
  },
});
