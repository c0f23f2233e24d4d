import { v } from "convex/values";
import { memberMutation } from "../lib/functions";
import * as model from "./model";
import { vApiScope } from "./schema";

/** Creates a key. `key` and `signingSecret` are in this answer only. */
export const createKey = memberMutation("api.manage")({
  args: { name: v.string(), scopes: v.array(vApiScope), expiresAt: v.optional(v.number()) },
  returns: v.object({ apiKeyId: v.id("apiKeys"), publicId: v.string(), key: v.string(), signingSecret: v.string() }),
  handler: async (ctx, fields) => await model.createKey(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, ...fields }),
});

/** Ends a key at once. */
export const revokeKey = memberMutation("api.manage")({
  args: { apiKeyId: v.id("apiKeys") },
  returns: v.null(),
  handler: async (ctx, { apiKeyId }): Promise<null> => {
    await model.revokeKey(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, apiKeyId });
    return null;
  },
});
