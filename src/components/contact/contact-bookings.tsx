import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useOrgQuery } from "../../lib/org";
import { Section } from "../layout/page";
import { BookingStatusBadge } from "../status";
import { ExactTime } from "../ui/time";

/** The bookings somebody takes part in, next ones first. */
export function ContactBookings({ contactId }: { contactId: Id<"contacts"> }) {
  const { t } = useTranslation();
  const bookings = useOrgQuery(api.bookings.queries.ofContact, { contactId });
  return (
    <Section title={t("context.bookings")}>
      {bookings?.length === 0 && <p className="text-sm text-muted">{t("context.noBookings")}</p>}
      <ul className="flex flex-col gap-1.5">
        {bookings?.map((booking) => (
          <li key={booking.id}>
            <Link
              to="/bookings/$bookingId"
              params={{ bookingId: booking.id }}
              className="flex flex-col gap-0.5 rounded-md border border-line px-3 py-2 transition-colors hover:border-line-strong hover:bg-hover"
            >
              <span className="truncate text-sm font-medium">{booking.title}</span>
              <span className="flex flex-wrap items-center justify-between gap-x-2 text-xs text-muted">
                <ExactTime at={booking.startsAt} zone={booking.zone ?? undefined} />
                <BookingStatusBadge status={booking.status} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
