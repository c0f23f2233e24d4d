import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { requireConnection } from "../model";
import { setSenders } from "./model";
import { vSenderAliases } from "./schema";

/** Sets the further addresses a mail account writes from, and who may use them (product.md A-81). */
export const set = memberMutation("connections.manage")({
  args: { connectionId: v.id("connections"), senders: vSenderAliases },
  returns: v.null(),
  handler: async (ctx, { connectionId, senders }): Promise<null> => {
    await setSenders(ctx, ctx.member, await requireConnection(ctx, ctx.orgId, connectionId), senders);
    return null;
  },
});
