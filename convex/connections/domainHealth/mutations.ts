import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { requireConnection } from "../model";
import { requestLook } from "./model";

/** Looks at the DNS of a connection's sender domain; what it finds appears in `queries.list`. Throws `invalid`. */
export const check = memberMutation("connections.manage")({
  args: { connectionId: v.id("connections") },
  returns: v.null(),
  handler: async (ctx, { connectionId }): Promise<null> => {
    await requestLook(ctx, await requireConnection(ctx, ctx.orgId, connectionId));
    return null;
  },
});
