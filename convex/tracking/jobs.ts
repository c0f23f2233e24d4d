import { v } from "convex/values";
import { sha256Hex } from "../lib/crypto";
import { internalMutation, internalQuery } from "../lib/functions";
import { takeToken } from "../lib/rateLimits";
import { unsubscribe as withdraw, unsubscribePage as page } from "./model";

/** What the unsubscribe page shows, or null for an unknown token. */
export const unsubscribePage = internalQuery({
  args: { token: v.string() },
  returns: v.union(v.object({ locale: v.string(), orgName: v.string(), address: v.string() }), v.null()),
  handler: async (ctx, { token }) => await page(ctx, token),
});

/** Carries out an unsubscription. False for an unknown token. Throws AppError `rate_limited`. */
export const unsubscribe = internalMutation({
  args: { token: v.string() },
  returns: v.boolean(),
  handler: async (ctx, { token }) => {
    await takeToken(ctx, "publicLink", await sha256Hex(token));
    return await withdraw(ctx, token);
  },
});
