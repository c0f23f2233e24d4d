import { Link } from "@tanstack/react-router";
import type { FunctionReturnType } from "convex/server";
import type { api } from "../../../../convex/_generated/api";
import { cx } from "../../../components/ui/classes";
import { useLanguage } from "../../../lib/i18n";
import { useOrg } from "../../../lib/org";
import { clock } from "../../../lib/time-format";

export type CalendarBooking = FunctionReturnType<typeof api.bookings.queries.between>["bookings"][number];
export type Days = ReadonlyMap<string, readonly CalendarBooking[]>;

type EntryProps = { booking: CalendarBooking; isLarge?: boolean };

/** One booking on a day: its start by the clock of its place, its title; the zone where it is another than here. */
export function Entry({ booking, isLarge = false }: EntryProps) {
  const language = useLanguage();
  const { membership } = useOrg();
  const zone = booking.zone ?? membership.timezone;
  const isOver = booking.status === "completed" || booking.status === "no_show";
  return (
    <Link
      to="/bookings/$bookingId"
      params={{ bookingId: booking.id }}
      title={booking.title}
      className={cx(
        "block rounded-sm border-l-2 bg-sunken px-1.5 py-0.5 text-xs hover:bg-hover max-md:py-2.5",
        isOver ? "border-line-strong text-muted" : "border-accent",
        isLarge ? "text-sm" : "truncate",
      )}
    >
      <span className="tabular-nums">{clock(booking.startsAt, language, zone)}</span>{" "}
      <span className={isOver ? undefined : "font-medium"}>{booking.title}</span>
      {zone !== membership.timezone && <span className="text-muted"> {zone}</span>}
    </Link>
  );
}
