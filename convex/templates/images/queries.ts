import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import * as model from "./model";

/** Where a picture is shown from, and its weight; null when it is gone. `fileId` as a document names it. */
export const get = memberQuery("templates.read")({
  args: { fileId: v.string() },
  returns: v.union(v.null(), v.object({ url: v.string(), sizeBytes: v.number() })),
  handler: async (ctx, { fileId }) => await model.findImage(ctx, ctx.orgId, fileId),
});
