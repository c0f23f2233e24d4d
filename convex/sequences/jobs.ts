import { v } from "convex/values";
import { vJourneyEntry } from "../bookings/journey";
import { vMessageSource, vSourceAnswer } from "../delivery/schema";
import { vChain } from "../lib/chain";
import { internalMutation, internalQuery } from "../lib/functions";
import { syncOne } from "./model/enrol";
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

/** At the instant of a decision of one journey; does nothing when the decision has been put off or taken meanwhile. */
export const wake = internalMutation({
  args: { enrolmentId: v.id("enrolments"), at: v.number() },
  returns: v.null(),
  handler: async (ctx, { enrolmentId, at }): Promise<null> => {
    const enrolment = await ctx.db.get("enrolments", enrolmentId);
    if (enrolment?.wakeAt === at) await syncOne(ctx, enrolment, Date.now());
    return null;
  },
});

/** Brings one journey up to date: somebody has entered it, or something it looks at has changed. */
export const look = internalMutation({
  args: { enrolmentId: v.id("enrolments"), chain: v.optional(vChain) },
  returns: v.null(),
  handler: async (ctx, { enrolmentId, chain }): Promise<null> => {
    const enrolment = await ctx.db.get("enrolments", enrolmentId);
    if (enrolment !== null) await syncOne({ ...ctx, ...(chain && { chain }) }, enrolment, Date.now());
    return null;
  },
});
