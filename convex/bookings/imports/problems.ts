/** Why a booking of a file cannot be used; the interface has a sentence for each. */
export const BOOKING_PROBLEMS = [
  "different_facts",
  "reference_again",
  "long_reference",
  "unknown_zone",
  "unknown_state",
  "unknown_language",
  "no_start",
  "unreadable_start",
  "no_time",
  "unreadable_end",
  "unreadable_duration",
  "no_address",
  "unreadable_email",
  "unreadable_phone",
  "no_title",
  "bad_title",
  "bad_start",
  "bad_end",
  "bad_place",
  "bad_details",
] as const;
export type BookingProblem = (typeof BOOKING_PROBLEMS)[number];
