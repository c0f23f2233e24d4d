import { v } from "convex/values";
import { vJourneyEntry } from "../bookings/journey";
import { vMessageSource, vSourceAnswer } from "../delivery/schema";
import { internalQuery } from "../lib/functions";
import { answerSource } from "./model/messages";
import { journeyOf } from "./model/read";

/** Asked right before a sequence's message is sent (delivery/sourceChecks; product.md 4.2 rule 7). */
export const checkSource = internalQuery({
  args: { source: vMessageSource },
  returns: vSourceAnswer,
  handler: async (ctx, { source }) => await answerSource(ctx, source, Date.now()),
});

/** Every step run of a booking, for its screen (bookings/journeySources). */
export const journeyOfBooking = internalQuery({
  args: { orgId: v.id("organisations"), bookingId: v.id("bookings") },
  returns: v.array(vJourneyEntry),
  handler: async (ctx, { orgId, bookingId }) => await journeyOf(ctx, orgId, bookingId),
});
