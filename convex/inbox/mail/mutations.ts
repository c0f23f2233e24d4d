import { v } from "convex/values";
import { record } from "../../audit/model";
import { setChannelThreading } from "../../connections/model";
import { vThreadingMatch } from "../../connections/schema";
import { memberMutation } from "../../lib/functions";

/** Sets what joins a channel's mail to earlier conversations (product.md 2.1 no. 10). */
export const setThreading = memberMutation("connections.manage")({
  args: { channelId: v.id("channels"), threading: vThreadingMatch },
  returns: v.null(),
  handler: async (ctx, { channelId, threading }) => {
    const { orgId, member } = ctx;
    await setChannelThreading(ctx, orgId, channelId, threading);
    const actor = { kind: "member" as const, memberId: member._id };
    const subject = { table: "channels", id: channelId };
    await record(ctx, { orgId, actor, action: "channel.threading_set", subject, details: { threading } });
    return null;
  },
});
