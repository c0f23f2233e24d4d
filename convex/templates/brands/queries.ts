import { v } from "convex/values";
import { vBusinessEntity } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import * as model from "./model";
import { brandFields } from "./schema";

/** The business entities whose mails look different from the organisation's. */
export const list = memberQuery("templates.read")({
  args: {},
  returns: v.array(v.object({ businessEntity: vBusinessEntity, ...brandFields, logoUrl: v.optional(v.string()) })),
  handler: async (ctx) => await model.listBrands(ctx, ctx.orgId),
});
