import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { laneOf } from "./model";
import { vLane } from "./schema";

/** All that is ahead for one person, whatever its source, with what will become of it (product.md O-3). */
export const ofContact = memberQuery("contacts.read")({
  args: { contactId: v.id("contacts") },
  returns: vLane,
  handler: async (ctx, { contactId }) => await laneOf(ctx, ctx.orgId, contactId),
});
