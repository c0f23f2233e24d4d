import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { vChannel } from "../../lib/closedSets";

// What a rehearsal says (product.md O-1). Nothing of it is kept.

/** What becomes of a message, as far as one can tell now. */
export const vRehearsedOutcome = literals(
  "goes",
  /** A pause or an outage of today holds it. */
  "held",
  /** The journey itself leaves it out: late, after the start, in quiet hours that drop. */
  "skipped",
  /** Delivery would not let it out: consent, address, cap, no provider. */
  "blocked",
  /** It hangs on what has not happened: a check-in, the end of the stay. */
  "waits",
);
export type RehearsedOutcome = Infer<typeof vRehearsedOutcome>;

export const vRehearsedMessage = v.object({
  stepId: v.string(),
  outcome: vRehearsedOutcome,
  /** Why it does not go, or what it waits for. */
  reason: v.optional(v.string()),
  /** The instant by the time contract, UTC ms: what is written with the step run; null while its anchor is open. */
  plannedAt: v.union(v.number(), v.null()),
  /** When it leaves, or would have. */
  leavesAt: v.union(v.number(), v.null()),
  /** When it would have left but for what moved it last: quiet hours, being late, spreading of load. */
  moved: v.optional(v.object({ from: v.number(), by: v.string() })),
  channel: v.optional(vChannel),
  connectionId: v.optional(v.id("connections")),
  segments: v.optional(v.number()),
  priceMicros: v.optional(v.number()),
  /** False: only if decisions that lie ahead fall as they would today; it is not queued before. */
  isSure: v.boolean(),
});
export type RehearsedMessage = Infer<typeof vRehearsedMessage>;

/** Whether the journey's rules let somebody in. */
export const vRehearsedEntry = literals("enters", "inside", "full", "again", "not_matching", "other_source");
export type RehearsedEntry = Infer<typeof vRehearsedEntry>;

export const vRehearsedPerson = v.object({
  bookingId: v.id("bookings"),
  contactId: v.id("contacts"),
  name: v.string(),
  /** `inside`: in it already because of this booking; the messages are what a new enrolment would give. */
  entry: vRehearsedEntry,
  zone: v.string(),
  messages: v.array(vRehearsedMessage),
});
export type RehearsedPerson = Infer<typeof vRehearsedPerson>;

export const vRehearsedBooking = v.object({
  id: v.id("bookings"),
  title: v.string(),
  startsAt: v.number(),
  endsAt: v.number(),
});

/** A place in the list of bookings, as the answer before gave it; null: its beginning. */
export const vPlace = v.union(v.object({ endsAt: v.number(), createdAt: v.number() }), v.null());
