// The states of a booking (requirement S4) and the kinds of its sources, apart from their validators: the browser reads
// them too.

export const BOOKING_STATUSES = [
  "confirmed",
  "checked_in",
  "completed",
  "cancelled",
  "rescheduled",
  "no_show",
  "taken_back",
] as const;
export type BookingStatus = (typeof BOOKING_STATUSES)[number];
/**
 * States that can be set by hand or by a file. "rescheduled" follows from a source alone; "taken_back" from the undo of the
 * import that made the booking, and is final.
 */
export type ManualStatus = Exclude<BookingStatus, "rescheduled" | "taken_back">;

/** Booking systems that tell of bookings by webhook. */
export const WEBHOOK_SOURCE_KINDS = ["generic", "calcom", "calendly"] as const;
/** Ways into every workspace: by hand, over the REST API, and from CSV files. */
export const OWN_SOURCE_KINDS = ["manual", "api", "csv"] as const;
export type WebhookSourceKind = (typeof WEBHOOK_SOURCE_KINDS)[number];
export type OwnSourceKind = (typeof OWN_SOURCE_KINDS)[number];
