import { v, type Infer } from "convex/values";
import { vProof } from "../../contacts/consents/schema";
import { sha256Hex } from "../../lib/crypto";
import { internalMutation, internalQuery } from "../../lib/functions";
import { takeToken } from "../../lib/rateLimits";
import { confirmOptIn, optInPage, vOptInPage } from "./model";

/** What the confirmation page shows, or null for an unknown token. */
export const page = internalQuery({
  args: { token: v.string() },
  returns: v.union(vOptInPage, v.null()),
  handler: async (ctx, { token }): Promise<Infer<typeof vOptInPage> | null> => await optInPage(ctx, token, Date.now()),
});

/** Confirms a request. Null for an unknown token. Throws AppError `rate_limited`. */
export const confirm = internalMutation({
  args: { token: v.string(), proof: vProof },
  returns: v.union(v.literal("confirmed"), v.literal("known"), v.literal("expired"), v.null()),
  handler: async (ctx, { token, proof }): Promise<"confirmed" | "known" | "expired" | null> => {
    await takeToken(ctx, "publicLink", await sha256Hex(token));
    return await confirmOptIn(ctx, token, proof);
  },
});
