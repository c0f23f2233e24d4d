import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useOrgQuery } from "../../lib/org";
import { Section } from "../layout/page";
import { BookingCard } from "./booking-card";

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
            <BookingCard booking={booking} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
