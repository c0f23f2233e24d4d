import { Link } from "@tanstack/react-router";
import type { FunctionReturnType } from "convex/server";
import type { api } from "../../../convex/_generated/api";
import { BookingStatusBadge } from "../status";
import { ExactTime } from "../ui/time";

type Booking = FunctionReturnType<typeof api.bookings.queries.ofContact>[number];

/** The look of one row that leads elsewhere, beside a person or an organisation. */
export const CARD =
  "flex flex-col gap-0.5 rounded-md border border-line px-3 py-2 transition-colors hover:border-line-strong hover:bg-hover";

/** A booking in a list beside a person or an organisation. */
export function BookingCard({ booking }: { booking: Booking }) {
  return (
    <Link to="/bookings/$bookingId" params={{ bookingId: booking.id }} className={CARD}>
      <span className="truncate text-sm font-medium">{booking.title}</span>
      <span className="flex flex-wrap items-center justify-between gap-x-2 text-xs text-muted">
        <ExactTime at={booking.startsAt} zone={booking.zone ?? undefined} />
        <BookingStatusBadge status={booking.status} />
      </span>
    </Link>
  );
}
