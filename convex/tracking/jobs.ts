import { v } from "convex/values";
import { vProof } from "../contacts/consents/schema";
import { sha256Hex } from "../lib/crypto";
import { internalMutation, internalQuery } from "../lib/functions";
import { takeToken } from "../lib/rateLimits";
import { resubscribe as grant, unsubscribe as withdraw, unsubscribePage as page, vUnsubscribePage } from "./model";

/** What the unsubscribe page shows, or null for an unknown token. */
export const unsubscribePage = internalQuery({
  args: { token: v.string() },
  returns: v.union(vUnsubscribePage, v.null()),
  handler: async (ctx, { token }) => await page(ctx, token),
});

/** Carries out an unsubscription. False for an unknown token. Throws AppError `rate_limited`. */
export const unsubscribe = internalMutation({
  args: { token: v.string(), proof: vProof },
  returns: v.boolean(),
  handler: async (ctx, { token, proof }) => {
    await takeToken(ctx, "publicLink", await sha256Hex(token));
    return await withdraw(ctx, token, proof);
  },
});

/** Takes an unsubscription back. False for an unknown token. Throws AppError `rate_limited`. */
export const resubscribe = internalMutation({
  args: { token: v.string(), proof: vProof },
  returns: v.boolean(),
  handler: async (ctx, { token, proof }) => {
    await takeToken(ctx, "publicLink", await sha256Hex(token));
    return await grant(ctx, token, proof);
  },
});
