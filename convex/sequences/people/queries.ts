import { literals } from "convex-helpers/validators";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { requireBooking } from "../../bookings/model/read";
import { memberQuery } from "../../lib/functions";
import { enrolmentsOf } from "../model/enrol";
import { requireSequence } from "../model/sequences";
import { journeysOfBooking, pageOfPeople } from "./model";
import { vGroup, vPersonRow } from "./schema";

/** The people behind a figure, a page at a time. Throws `not_found`. */
export const page = memberQuery("sequences.read")({
  args: { sequenceId: v.id("sequences"), group: vGroup, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vPersonRow),
  handler: async (ctx, { sequenceId, group, paginationOpts }) =>
    await pageOfPeople(ctx, await requireSequence(ctx, ctx.orgId, sequenceId), group, paginationOpts),
});

/** The journeys of a booking's people: one for each person and sequence. Throws `not_found`. */
export const ofBooking = memberQuery("bookings.read")({
  args: { bookingId: v.id("bookings") },
  returns: v.array(
    v.object({
      enrolmentId: v.id("enrolments"),
      sequenceId: v.id("sequences"),
      sequenceName: v.string(),
      name: v.string(),
      state: literals("active", "completed", "exited"),
      /** Why it ended before its end; null otherwise. */
      reason: v.union(v.string(), v.null()),
      isPaused: v.boolean(),
    }),
  ),
  handler: async (ctx, { bookingId }) => {
    const booking = await requireBooking(ctx, ctx.orgId, bookingId);
    return await journeysOfBooking(ctx, booking._id, await enrolmentsOf(ctx, booking._id));
  },
});
