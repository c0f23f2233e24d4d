import { v } from "convex/values";
import { memberQuery } from "../lib/functions";
import { listBehaviours, vSandboxConnection } from "./model/behaviours";
import { listDeviceMessages, listDevices, vDevice, vDeviceMessage } from "./model/devices";

/** The simulated devices, newest activity first. */
export const devices = memberQuery("sandbox.use")({
  args: {},
  returns: v.array(vDevice),
  handler: async (ctx) => await listDevices(ctx, ctx.orgId),
});

/** What lies on one device, oldest first. */
export const device = memberQuery("sandbox.use")({
  args: { address: v.string() },
  returns: v.array(vDeviceMessage),
  handler: async (ctx, { address }) => await listDeviceMessages(ctx, ctx.orgId, address),
});

/** The simulated provider accounts and how each behaves. */
export const settings = memberQuery("sandbox.use")({
  args: {},
  returns: v.array(vSandboxConnection),
  handler: async (ctx) => await listBehaviours(ctx, ctx.orgId),
});
