import { v } from "convex/values";
import { memberMutation } from "../lib/functions";
import { vChannel } from "../lib/closedSets";
import { setBehaviour as set } from "./model/provider";
import { replyFromDevice } from "./model/reply";
import { vSandboxBehaviour } from "./schema";

/** The customer writes on a device; the message takes the way of a real one. */
export const reply = memberMutation("sandbox.use")({
  args: { address: v.string(), channel: vChannel, text: v.string(), inReplyTo: v.optional(v.id("sandboxMessages")) },
  returns: v.id("sandboxMessages"),
  handler: async (ctx, args) => await replyFromDevice(ctx, { ...args, orgId: ctx.orgId }),
});

/** Tells the simulated provider of a channel how to behave. */
export const setBehaviour = memberMutation("sandbox.use")({
  args: { channel: vChannel, behaviour: vSandboxBehaviour },
  returns: v.null(),
  handler: async (ctx, { channel, behaviour }): Promise<null> => {
    await set(ctx, { orgId: ctx.orgId, channel, behaviour });
    return null;
  },
});
