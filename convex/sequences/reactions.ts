import { v } from "convex/values";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { getBookingByText } from "../bookings/model/read";
import { reaction, reactionToMany } from "../lib/functions";
import { keepAnswer } from "./figures/model/outcomes";
import { syncBooking, syncBookings, syncUnderWay } from "./model/enrol";
import { followMessage } from "./model/messages";

/** Every booking event asks the same question: does the journey agree with the booking as it is now? */
async function syncAfter(ctx: MutationCtx, { event }: { event: Doc<"domainEvents"> }): Promise<null> {
  const { orgId, subject } = event;
  const booking = await getBookingByText(ctx, orgId, subject.bookingId ?? "");
  // Erased since: nothing is left to plan for.
  if (booking !== null) await syncBooking(ctx, orgId, booking._id, Date.now());
  return null;
}

/** booking.created: enrols everybody in every matching sequence. */
export const onBookingCreated = reaction({ args: {}, returns: v.null(), handler: syncAfter });

/** booking.rescheduled: moves every unsent step (product.md 4.2 rule 5). */
export const onBookingMoved = reaction({ args: {}, returns: v.null(), handler: syncAfter });

/** booking.cancelled: takes unsent steps back (rule 6). */
export const onBookingCancelled = reaction({ args: {}, returns: v.null(), handler: syncAfter });

/** Checked in, completed, no-show: steps that waited for it are planned; after a no-show the rest is taken back. */
export const onBookingProgress = reaction({ args: {}, returns: v.null(), handler: syncAfter });

/** Any of these, of several bookings at once. */
export const onBookings = reactionToMany({
  args: {},
  returns: v.null(),
  handler: async (ctx, { events }): Promise<null> => {
    const bookings = new Map<Id<"bookings">, Doc<"bookings">>();
    for (const { orgId, subject } of events) {
      const booking = await getBookingByText(ctx, orgId, subject.bookingId ?? "");
      if (booking !== null) bookings.set(booking._id, booking);
    }
    await syncBookings(ctx, [...bookings.values()], Date.now());
    return null;
  },
});

/** message.*: the step run follows its message. */
export const onMessageStatus = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    const { orgId, subject } = event;
    if (subject.queueId !== undefined) await followMessage(ctx, orgId, subject.queueId, Date.now());
    return null;
  },
});

/** Something that journeys may wait for has happened to a person: they wrote, or said what they agree to. */
export const onPersonFact = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    const { orgId, subject, kind, at } = event;
    if (subject.contactId === undefined) return null;
    if (kind === "message.received") await keepAnswer(ctx, orgId, subject.contactId, at);
    await syncUnderWay(ctx, orgId, subject.contactId, Date.now());
    return null;
  },
});
