import { memberMutation } from "../../lib/functions";
import { v } from "convex/values";
import { changeSettings } from "./model";
import { vSettingsChange } from "./schema";

/** Changes groups of the delivery settings; what is not named stays. */
export const update = memberMutation("connections.manage")({
  args: { change: vSettingsChange },
  returns: v.null(),
  handler: async (ctx, { change }): Promise<null> => {
    await changeSettings(ctx, ctx.orgId, ctx.member._id, change);
    return null;
  },
});
