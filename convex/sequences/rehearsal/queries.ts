import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { requireSequence } from "../model/sequences";
import { flowToRehearse, rehearsePage } from "./model/page";
import { vPlace, vRehearsedBooking, vRehearsedMessage, vRehearsedPerson } from "./schema";
import { whyRehearsed } from "./model/why";

const what = {
  sequenceId: v.id("sequences"),
  /** Absent: the draft, or what is live where there is none. */
  versionId: v.optional(v.id("sequenceVersions")),
};

/**
 * Everything a journey would send for the next upcoming bookings (product.md O-1), a hundred bookings or 150 people a
 * call. Throws `not_found`.
 */
export const page = memberQuery("sequences.read")({
  args: {
    ...what,
    /** UTC ms; the same for all pages: bookings that end later. */
    since: v.number(),
    /** `next` of the answer before. */
    after: vPlace,
  },
  returns: v.object({
    bookings: v.array(vRehearsedBooking),
    people: v.array(vRehearsedPerson),
    next: vPlace,
  }),
  handler: async (ctx, { sequenceId, versionId, since, after }) => {
    const sequence = await requireSequence(ctx, ctx.orgId, sequenceId);
    const flow = await flowToRehearse(ctx, sequence, versionId);
    return await rehearsePage(ctx, { sequence, flow, now: Date.now() }, { since, after });
  },
});

/** One message of it: the rules in the order in which they were asked, and its text for this person. Throws `not_found`. */
export const message = memberQuery("sequences.read")({
  args: { ...what, bookingId: v.id("bookings"), contactId: v.id("contacts"), stepId: v.string() },
  returns: v.object({
    message: vRehearsedMessage,
    reasons: v.array(
      v.object({
        rule: v.string(),
        outcome: v.string(),
        inputs: v.record(v.string(), v.union(v.string(), v.number(), v.null())),
      }),
    ),
    zone: v.string(),
    /** Null: nothing is to leave. */
    text: v.union(v.object({ subject: v.string(), text: v.string() }), v.null()),
  }),
  handler: async (ctx, { sequenceId, versionId, ...asked }) => {
    const sequence = await requireSequence(ctx, ctx.orgId, sequenceId);
    const flow = await flowToRehearse(ctx, sequence, versionId);
    return await whyRehearsed(ctx, { sequence, flow, now: Date.now() }, asked);
  },
});
