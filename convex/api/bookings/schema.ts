import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { vAttributes, vBookingStatus } from "../../bookings/facts";
import { vBookingSourceKind } from "../../bookings/schema";
import { vApiPerson } from "../contacts/schema";

/** Where a booking takes place: at a place with its time zone, or online. */
export const vApiLocation = v.union(
  v.object({ kind: v.literal("onsite"), zone: v.string(), text: v.optional(v.string()) }),
  v.object({ kind: v.literal("online"), url: v.optional(v.string()) }),
);

/** A booking as the API shows it (requirement S4). Instants are UTC ms. */
export const vApiBooking = v.object({
  id: v.string(),
  externalId: v.string(),
  source: v.object({ kind: vBookingSourceKind, name: v.string() }),
  title: v.string(),
  status: vBookingStatus,
  startsAt: v.number(),
  endsAt: v.number(),
  location: vApiLocation,
  people: v.array(
    v.object({
      contactId: v.string(),
      name: v.string(),
      isBooker: v.boolean(),
      timezone: v.union(v.string(), v.null()),
    }),
  ),
  attributes: vAttributes,
  cancellationReason: v.union(v.string(), v.null()),
  bookedAt: v.number(),
});
export type ApiBooking = Infer<typeof vApiBooking>;

const facts = {
  title: v.string(),
  startsAt: v.number(),
  location: vApiLocation,
  attributes: vAttributes,
  people: v.array(vApiPerson),
};

/** States a program may set; "rescheduled" follows from a source alone. */
export const SETTABLE_STATUSES = ["confirmed", "checked_in", "completed", "no_show", "cancelled"] as const;
const vSettableStatus = literals(...SETTABLE_STATUSES);

export const vApiNewBooking = v.object({ ...facts, endsAt: v.number(), externalId: v.optional(v.string()) });
export type ApiNewBooking = Infer<typeof vApiNewBooking>;

export const vApiBookingChange = v.object({
  ...v.object({ ...facts, endsAt: v.number() }).partial().fields,
  status: v.optional(vSettableStatus),
  cancellationReason: v.optional(v.string()),
});
export type ApiBookingChange = Infer<typeof vApiBookingChange>;
