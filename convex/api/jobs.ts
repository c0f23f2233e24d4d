import { v } from "convex/values";
import { internalMutation, internalQuery } from "../lib/functions";
import { vPermission } from "../lib/permissions";
import { admit, keyByPublicId, vApiCaller, vCallsLeft } from "./model";
import { vApiScope } from "./schema";

/** Admits one call of the REST API. Throws `unauthenticated`, `forbidden` or `rate_limited`. */
export const admitCall = internalMutation({
  args: {
    proof: v.union(v.object({ keyHash: v.string() }), v.object({ verifiedKeyId: v.id("apiKeys") })),
    scope: vApiScope,
    permission: v.optional(vPermission),
  },
  returns: v.object({ caller: vApiCaller, left: vCallsLeft }),
  handler: async (ctx, { proof, ...asked }) => await admit(ctx, proof, asked),
});

/** What verifies a signed request: the named key's signing secret, still encrypted. Null for an unknown name. */
export const signingKey = internalQuery({
  args: { publicId: v.string() },
  returns: v.union(v.null(), v.object({ apiKeyId: v.id("apiKeys"), encryptedSigningSecret: v.string() })),
  handler: async (ctx, { publicId }) => {
    const key = await keyByPublicId(ctx, publicId);
    return key === null ? null : { apiKeyId: key._id, encryptedSigningSecret: key.encryptedSigningSecret };
  },
});
