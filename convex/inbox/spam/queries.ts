import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { vChannel } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { pageOfBlocked } from "./model";

/** Blocked addresses, and who blocked them. */
export const blocked = memberQuery("inbox.read")({
  args: { paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(
    v.object({ id: v.id("blockedSenders"), channel: vChannel, address: v.string(), by: v.string(), at: v.number() }),
  ),
  handler: async (ctx, { paginationOpts }) => await pageOfBlocked(ctx, ctx.orgId, paginationOpts),
});
