import { v } from "convex/values";
import { vBookingStatus } from "../../bookings/facts";
import { internalMutation, internalQuery } from "../../lib/functions";
import { vAnswer, vWrite } from "../answers/schema";
import { vApiCaller } from "../model";
import { vPageOf, vPaging } from "../paging";
import * as bookings from "./model";
import { vApiBooking, vApiBookingChange, vApiNewBooking } from "./schema";

/** A page of bookings. */
export const list = internalQuery({
  args: {
    caller: vApiCaller,
    ...vPaging.fields,
    status: v.optional(vBookingStatus),
    contactId: v.optional(v.string()),
    externalId: v.optional(v.string()),
    from: v.optional(v.number()),
    to: v.optional(v.number()),
  },
  returns: vPageOf(vApiBooking),
  handler: async (ctx, { caller, ...asked }) => await bookings.listBookings(ctx, caller, asked),
});

/** One of them. Throws `not_found`. */
export const get = internalQuery({
  args: { caller: vApiCaller, id: v.string() },
  returns: vApiBooking,
  handler: async (ctx, { caller, id }) => await bookings.readBooking(ctx, caller, id),
});

/** Enters one. */
export const create = internalMutation({
  args: { caller: vApiCaller, write: vWrite, booking: vApiNewBooking },
  returns: vAnswer(vApiBooking),
  handler: async (ctx, { caller, booking, write }) => await bookings.createBooking(ctx, caller, booking, write),
});

/** Changes one. */
export const update = internalMutation({
  args: { caller: vApiCaller, write: vWrite, id: v.string(), change: vApiBookingChange },
  returns: vAnswer(vApiBooking),
  handler: async (ctx, { caller, id, change, write }) => await bookings.updateBooking(ctx, caller, id, change, write),
});
