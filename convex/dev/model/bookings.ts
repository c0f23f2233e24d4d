import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { BookingChange, BookingDetails, BookingEvent } from "../../bookings/event";
import { applyBookingEvent } from "../../bookings/model/apply";
import { bookingPeopleOf } from "../../bookings/model/read";
import { addCalendarDays, HOUR_MS } from "../../lib/time";
import { syncBooking } from "../../sequences/model/enrol";
import type { DemoBooking, DemoHappening } from "../data/bookings";
import { CONTACTS, type DemoContact } from "../data/people";
import { beginDueMessages } from "./history";
import { DEMO_ORG, demoSource } from "./workspace";

/** A no-show is noted this long after the start. */
const NO_SHOW_AFTER_MS = 2 * HOUR_MS;

/**
 * Tells the story of one demo booking through the functions the webhook uses: each event is applied at its historical
 * time and the journey planned at that time; what had left by the next event is history by then. Repeated, it writes
 * nothing: the booking is known.
 */
export async function tellBooking(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  booking: DemoBooking,
  index: number,
  now: number,
): Promise<void> {
  const source = await demoSource(ctx, orgId, booking.source);
  let bookingId: Id<"bookings"> | null = null;
  for (const event of eventsOf(booking, index, now)) {
    if (event.occurredAt > now) break;
    if (bookingId !== null) await beginDue(ctx, bookingId, event.occurredAt);
    const applied = await applyBookingEvent(ctx, source, event);
    if (applied.bookingId === null || (bookingId === null && applied.outcome !== "inserted")) return;
    bookingId = applied.bookingId;
    await syncBooking(ctx, orgId, bookingId, event.occurredAt);
  }
  if (bookingId !== null) await beginDue(ctx, bookingId, now);
}

async function beginDue(ctx: MutationCtx, bookingId: Id<"bookings">, until: number): Promise<void> {
  const people = await bookingPeopleOf(ctx, bookingId);
  const booking: Doc<"bookings"> | null = await ctx.db.get("bookings", bookingId);
  const contactIds = people.map(({ contactId }) => contactId);
  await beginDueMessages(ctx, bookingId, contactIds, { queuedAt: booking?.bookedAt ?? until, until });
}

/** The events of a booking as its source would have sent them, oldest first. */
export function eventsOf(booking: DemoBooking, index: number, now: number): BookingEvent[] {
  const startsAt = addCalendarDays(now, DEMO_ORG.timezone, booking.day, booking.start);
  const externalId = `HAFF-${String(index + 1).padStart(4, "0")}`;
  const at = (daysBefore: number) => addCalendarDays(startsAt, DEMO_ORG.timezone, -daysBefore, "17:20");
  let details = detailsOf(booking, startsAt);
  const events: BookingEvent[] = [{ change: "created", externalId, occurredAt: at(booking.bookedDaysBefore), details }];
  for (const happening of booking.happened ?? []) {
    if (happening.what === "moved") {
      details = detailsOf(booking, addCalendarDays(startsAt, DEMO_ORG.timezone, happening.byDays));
    }
    const occurredAt = momentOf(happening, details, at);
    const cancellationReason = happening.what === "cancelled" ? happening.reason : undefined;
    events.push({ change: CHANGE[happening.what], externalId, occurredAt, details, cancellationReason });
  }
  return events;
}

const CHANGE: Record<DemoHappening["what"], BookingChange> = {
  moved: "rescheduled",
  cancelled: "cancelled",
  completed: "completed",
  no_show: "no_show",
};

function momentOf(happening: DemoHappening, details: BookingDetails, at: (daysBefore: number) => number): number {
  if (happening.what === "completed") return details.endsAt;
  if (happening.what === "no_show") return details.startsAt + NO_SHOW_AFTER_MS;
  return at(happening.daysBefore);
}

function detailsOf({ title, hours, people, place, attributes }: DemoBooking, startsAt: number): BookingDetails {
  return {
    title,
    startsAt,
    endsAt: startsAt + hours * HOUR_MS,
    location:
      place === undefined ? { kind: "online", url: "https://meet.haff-segeln.example/kursraum" } : onsite(place),
    people: people.map((key, index) => {
      const { name, email, phone, locale, timezone }: DemoContact = CONTACTS[key];
      return { name, email, phone, locale, timezone, isBooker: index === 0, consents: [] };
    }),
    attributes: { staff: "Malte Brandt", ...attributes },
  };
}

function onsite(text: string): BookingDetails["location"] {
  return { kind: "onsite", zone: DEMO_ORG.timezone, text };
}
