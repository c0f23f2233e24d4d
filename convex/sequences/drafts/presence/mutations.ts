import { v } from "convex/values";
import { memberMutation } from "../../../lib/functions";
import { lookAt } from "./model";

/** The caller has the builder open at a node; to be repeated every `interval` ms, and left by `collab/presence:disconnect`. */
export const heartbeat = memberMutation("sequences.read")({
  args: {
    sequenceId: v.id("sequences"),
    sessionId: v.string(),
    interval: v.number(),
    selected: v.union(v.string(), v.null()),
  },
  returns: v.object({ roomToken: v.string(), sessionToken: v.string() }),
  handler: async (ctx, args) => await lookAt(ctx, ctx.member, args),
});
