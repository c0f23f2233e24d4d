import { v } from "convex/values";
import { memberMutation } from "../lib/functions";
import { vChannel } from "../lib/closedSets";
import { setBehaviour as set } from "./model/behaviours";
import { replyFromDevice } from "./model/reply";
import { vSandboxBehaviour } from "./schema";

/** The customer writes on a device; the message takes the way of a real one. */
export const reply = memberMutation("sandbox.use")({
  args: { address: v.string(), channel: vChannel, text: v.string(), inReplyTo: v.optional(v.id("sandboxMessages")) },
  returns: v.id("sandboxMessages"),
  handler: async (ctx, args) => await replyFromDevice(ctx, { ...args, orgId: ctx.orgId }),
});

/** Tells a simulated provider account how to behave from its next message on; what is left out stays. */
export const setBehaviour = memberMutation("sandbox.use")({
  args: { connectionId: v.id("connections"), change: vSandboxBehaviour.partial() },
  returns: v.null(),
  handler: async (ctx, { connectionId, change }): Promise<null> => {
    await set(ctx, { orgId: ctx.orgId, connectionId, change });
    return null;
  },
});
