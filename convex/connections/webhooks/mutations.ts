import { v } from "convex/values";
import { record } from "../../audit/model";
import { memberMutation } from "../../lib/functions";
import { requireConnection } from "../model";
import { renewWebhookAddress } from "./model";

/** Makes a new webhook address; the old one is refused from now on. Throws `invalid` for providers that report nothing. */
export const renew = memberMutation("connections.manage")({
  args: { connectionId: v.id("connections") },
  returns: v.string(),
  handler: async (ctx, { connectionId }) => {
    const address = await renewWebhookAddress(ctx, await requireConnection(ctx, ctx.orgId, connectionId));
    await record(ctx, {
      orgId: ctx.orgId,
      actor: { kind: "member", memberId: ctx.member._id },
      action: "connection.webhook_renewed",
      subject: { table: "connections", id: connectionId },
    });
    return address;
  },
});
