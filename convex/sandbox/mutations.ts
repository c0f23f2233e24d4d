import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { memberMutation } from "../lib/functions";
import { vChannel } from "../lib/closedSets";
import { setBehaviour as set } from "./model/behaviours";
import { REACTIONS } from "../inbox/chats/emojis";
import { reactOnDevice } from "./model/reacting";
import { replyFromDevice } from "./model/reply";
import { vSandboxBehaviour } from "./schema";

/** The customer writes on a device; the message takes the way of a real one. */
export const reply = memberMutation("sandbox.use")({
  args: {
    address: v.string(),
    channel: vChannel,
    text: v.string(),
    inReplyTo: v.optional(v.id("sandboxMessages")),
    /** WhatsApp: it quotes that message. */
    isQuote: v.optional(v.boolean()),
  },
  returns: v.id("sandboxMessages"),
  handler: async (ctx, args) => await replyFromDevice(ctx, { ...args, orgId: ctx.orgId }),
});

/** The customer reacts to a message on their device; null takes it back. */
export const react = memberMutation("sandbox.use")({
  args: { messageId: v.id("sandboxMessages"), emoji: v.union(v.null(), literals(...REACTIONS)) },
  returns: v.null(),
  handler: async (ctx, { messageId, emoji }): Promise<null> => {
    await reactOnDevice(ctx, { orgId: ctx.orgId, messageId, emoji: emoji ?? "" });
    return null;
  },
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
