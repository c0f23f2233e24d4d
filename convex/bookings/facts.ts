import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { BOOKING_STATUSES } from "./statuses";

// What a booking says, as its tables and functions have it.

export const vBookingStatus = literals(...BOOKING_STATUSES);

export const vAttributes = v.record(v.string(), v.union(v.string(), v.number(), v.boolean()));

/** Where a booking takes place as somebody enters it; `zone` is the venue's. */
export const vEnteredLocation = v.union(
  v.object({ kind: v.literal("onsite"), zone: v.string(), text: v.optional(v.string()) }),
  v.object({ kind: v.literal("online"), url: v.optional(v.string()) }),
);
