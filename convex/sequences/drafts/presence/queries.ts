import { v } from "convex/values";
import { memberQuery } from "../../../lib/functions";
import { othersIn } from "./model";

/** Who else has the builder open and at which node; the token came from a heartbeat there. */
export const others = memberQuery("sequences.read")({
  args: { roomToken: v.string() },
  returns: v.array(v.object({ memberId: v.id("members"), name: v.string(), selected: v.union(v.string(), v.null()) })),
  handler: async (ctx, { roomToken }) => await othersIn(ctx, ctx.member, roomToken),
});
