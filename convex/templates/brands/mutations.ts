import { v } from "convex/values";
import { vBusinessEntity } from "../../lib/closedSets";
import { memberMutation } from "../../lib/functions";
import * as model from "./model";
import { brandFields } from "./schema";

/** Says how mails of a business entity look; without a name and footer it looks like the organisation again. */
export const set = memberMutation("org.manage")({
  args: { businessEntity: vBusinessEntity, ...brandFields },
  returns: v.null(),
  handler: async (ctx, { businessEntity, ...fields }): Promise<null> => {
    await model.setBrand(ctx, ctx, businessEntity, fields);
    return null;
  },
});
