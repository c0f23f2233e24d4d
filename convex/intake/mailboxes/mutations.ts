import { v } from "convex/values";
import { record } from "../../audit/model";
import { requireChannel } from "../../connections/model";
import { memberMutation } from "../../lib/functions";
import { renewMailboxSecret } from "./model";

/** Makes a new password for a mailbox's inbound addresses and answers it, this once; the old one ends. */
export const renewSecret = memberMutation("connections.manage")({
  args: { channelId: v.id("channels") },
  returns: v.string(),
  handler: async (ctx, { channelId }) => {
    const channel = await requireChannel(ctx, ctx.orgId, channelId);
    const secret = await renewMailboxSecret(ctx, channel);
    await record(ctx, {
      orgId: ctx.orgId,
      actor: { kind: "member", memberId: ctx.member._id },
      action: "channel.secret_renewed",
      subject: { table: "channels", id: channelId },
      details: { name: channel.channelName },
    });
    return secret;
  },
});
