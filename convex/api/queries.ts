import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../lib/functions";
import * as model from "./model";
import { vApiScope } from "./schema";

/** The keys outside systems call the REST API with, newest first; revoked ones included, nothing secret. */
export const listKeys = memberQuery("api.manage")({
  args: { paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(
    v.object({
      id: v.id("apiKeys"),
      createdAt: v.number(),
      name: v.string(),
      publicId: v.string(),
      scopes: v.array(vApiScope),
      lastUsedAt: v.optional(v.number()),
      expiresAt: v.optional(v.number()),
      revokedAt: v.optional(v.number()),
    }),
  ),
  handler: async (ctx, { paginationOpts }) => await model.listKeys(ctx, ctx.orgId, paginationOpts),
});

/** Where people read how the REST API is called. */
export const docsUrl = memberQuery("api.manage")({
  args: {},
  returns: v.string(),
  handler: () => model.docsUrl(),
});
