import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { requireConnection } from "../model";
import { webhookAddressOf } from "./model";

/** The address to enter at the provider, or null while there is none. It carries a secret: for admins only. */
export const address = memberQuery("connections.manage")({
  args: { connectionId: v.id("connections") },
  returns: v.union(v.null(), v.string()),
  handler: async (ctx, { connectionId }) =>
    await webhookAddressOf(await requireConnection(ctx, ctx.orgId, connectionId)),
});
