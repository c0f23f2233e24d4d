import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { laneOf, pastOf } from "./model";
import { vLane, vPastMessage } from "./schema";

/** All that is ahead for one person, whatever its source, with what will become of it (product.md O-3). */
export const ofContact = memberQuery("contacts.read")({
  args: { contactId: v.id("contacts") },
  returns: vLane,
  handler: async (ctx, { contactId }) => await laneOf(ctx, ctx.orgId, contactId),
});

/** What went to a person or was not sent, whatever its source, the latest first. Throws `not_found`. */
export const past = memberQuery("contacts.read")({
  args: { contactId: v.id("contacts"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vPastMessage),
  handler: async (ctx, { contactId, paginationOpts }) => await pastOf(ctx, ctx.orgId, contactId, paginationOpts),
});
