import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { memberMutation, personMutation } from "../../lib/functions";
import { addDevice, forgetBrowser, removeDevice } from "./model/devices";
import { pushKeys } from "./model/keys";
import { vSubscription } from "./schema";

/** Asks for the deployment's key, which is made on first use; `queries:state` has it a moment later. */
export const prepare = memberMutation("inbox.read")({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    if ((await pushKeys(ctx)) === null) {
      await ctx.scheduler.runAfter(0, internal.notifications.push.nodeJobs.makeKeys, {});
    }
    return null;
  },
});

/** Subscribes the caller's browser, or renews what is known of it (null where it was removed meanwhile). Throws `invalid` with the field, or `conflict`. */
export const subscribe = memberMutation("inbox.read")({
  args: { subscription: vSubscription, replaces: v.optional(v.string()) },
  returns: v.union(v.id("pushDevices"), v.null()),
  handler: async (ctx, { subscription, replaces }) => await addDevice(ctx, ctx.member, subscription, replaces),
});

/** Takes one of the caller's devices away. Throws `not_found` for another one's. */
export const unsubscribe = memberMutation("inbox.read")({
  args: { deviceId: v.id("pushDevices") },
  returns: v.null(),
  handler: async (ctx, { deviceId }) => {
    await removeDevice(ctx, ctx.member, deviceId);
    return null;
  },
});

/** The caller signs out of a browser, in every workspace. */
export const forget = personMutation({
  args: { endpoint: v.string() },
  returns: v.null(),
  handler: async (ctx, { endpoint }) => {
    if (ctx.person !== null) await forgetBrowser(ctx, ctx.person._id, endpoint);
    return null;
  },
});
