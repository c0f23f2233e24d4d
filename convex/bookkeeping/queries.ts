import { v } from "convex/values";
import { memberQuery } from "../lib/functions";
import { presentAccount } from "./model";
import { vSyncState } from "./schema";

/** The sevDesk connection without its token, or null. */
export const account = memberQuery("connections.read")({
  args: {},
  returns: v.union(
    v.null(),
    v.object({
      baseUrl: v.string(),
      isEnabled: v.boolean(),
      disabledReason: v.optional(v.string()),
      sync: vSyncState,
    }),
  ),
  handler: async (ctx) => await presentAccount(ctx, ctx.orgId),
});
