import { v } from "convex/values";
import { internalMutation, internalQuery } from "../../lib/functions";
import { keepPushKeys } from "./model/keys";
import { considerPush, finishPush, loadPush } from "./model/sending";
import { vPushOutcome } from "./schema";

const order = { notificationId: v.id("notifications"), at: v.number() };

/** Something happened that its member wants on their devices: sends it, waits, or leaves it. */
export const consider = internalMutation({
  args: order,
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    await considerPush(ctx, args, Date.now());
    return null;
  },
});

/** What one try needs; null when there is nothing to send any more. */
export const load = internalQuery({
  args: { ...order, deviceId: v.id("pushDevices") },
  returns: v.union(
    v.null(),
    v.object({
      endpoint: v.string(),
      p256dh: v.string(),
      encryptedAuth: v.string(),
      publicKey: v.string(),
      encryptedPrivateKey: v.string(),
      payload: v.string(),
      isPressing: v.boolean(),
    }),
  ),
  handler: async (ctx, { deviceId, ...args }) => await loadPush(ctx, args, deviceId),
});

/** Records one try; the next one is scheduled with it. */
export const finish = internalMutation({
  args: { ...order, deviceId: v.id("pushDevices"), tries: v.number(), outcome: vPushOutcome },
  returns: v.null(),
  handler: async (ctx, { outcome, ...args }): Promise<null> => {
    await finishPush(ctx, args, outcome, Date.now());
    return null;
  },
});

/** Keeps the deployment's keys, if it has none yet. */
export const keepKeys = internalMutation({
  args: { publicKey: v.string(), encryptedPrivateKey: v.string() },
  returns: v.null(),
  handler: async (ctx, pair): Promise<null> => {
    await keepPushKeys(ctx, pair);
    return null;
  },
});
