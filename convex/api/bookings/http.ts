import { internal } from "../../_generated/api";
import { operation, type Operation } from "../http/operation";
import { changeOperation, listOperation, readOperation } from "../http/shapes";
import { bookingChangeInput, bookingsQuery, newBookingInput } from "./input";
import { vApiBooking } from "./schema";

const BOOKINGS = { tag: "Bookings" } as const;
const READ = { ...BOOKINGS, scope: "bookings.read", permission: "bookings.read" } as const;
const WRITE = { ...BOOKINGS, scope: "bookings.write", permission: "bookings.edit", isRepeatable: true } as const;

const at = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));

/** Bookings: each starts the journeys of its people (requirement S4). */
export const bookingOperations: readonly Operation[] = [
  listOperation({
    ...READ,
    path: ["bookings"],
    id: "listBookings",
    summary: "List bookings",
    description: "By start. Of every source, in every state unless `status` names one.",
    query: bookingsQuery,
    of: vApiBooking,
    page: async (ctx, caller, { query: { from, to, ...query } }) =>
      await ctx.runQuery(internal.api.bookings.jobs.list, { caller, ...query, from: at(from), to: at(to) }),
  }),
  operation({
    ...WRITE,
    method: "POST",
    path: ["bookings"],
    id: "createBooking",
    summary: "Enter a booking",
    description: "Starts the journeys of everybody who takes part. Found again by your `externalId`.",
    body: newBookingInput,
    answers: {
      200: { description: "The one there was with this `externalId`, unchanged.", body: vApiBooking },
      201: { description: "The new booking.", body: vApiBooking },
    },
    handle: async (ctx, caller, { body, write }) => {
      const booking = { ...body, startsAt: Date.parse(body.startsAt), endsAt: Date.parse(body.endsAt) };
      return await ctx.runMutation(internal.api.bookings.jobs.create, { caller, booking, write });
    },
  }),
  readOperation({
    ...READ,
    path: ["bookings", ":id"],
    id: "getBooking",
    summary: "Read a booking",
    answer: { description: "The booking.", body: vApiBooking },
    get: internal.api.bookings.jobs.get,
  }),
  changeOperation({
    ...WRITE,
    path: ["bookings", ":id"],
    id: "updateBooking",
    summary: "Change, move, cancel or bring back a booking",
    description: "Only the fields that are named change; unsent messages follow.",
    body: bookingChangeInput,
    answer: { description: "The booking as it is now.", body: vApiBooking },
    change: async (ctx, caller, { id, body: { startsAt, endsAt, ...body }, write }) => {
      const change = {
        ...body,
        ...(startsAt === undefined ? {} : { startsAt: Date.parse(startsAt) }),
        ...(endsAt === undefined ? {} : { endsAt: Date.parse(endsAt) }),
      };
      return await ctx.runMutation(internal.api.bookings.jobs.update, { caller, id, change, write });
    },
  }),
];
