import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { BookingRow } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { useOrgPaginatedQuery } from "../../lib/org";
import { dateTime } from "../../lib/time-format";
import { Select } from "../ui/select";

/** Whose data is shown: null is the next one, and who booked. */
export type Subject = { bookingId: Id<"bookings"> | null; contactId: Id<"contacts"> | null };

const UPCOMING = 30;
const PAST = 10;
const NEXT = "next";

type BookingPickerProps = { value: Subject; onChange: (value: Subject) => void };

/** Chooses a booking and one of its people. */
export function BookingPicker({ value, onChange }: BookingPickerProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const upcoming = useOrgPaginatedQuery(
    api.bookings.queries.list,
    { view: "upcoming" },
    { initialNumItems: UPCOMING },
  ).results;
  const past = useOrgPaginatedQuery(api.bookings.queries.list, { view: "past" }, { initialNumItems: PAST }).results;
  const bookings = [...upcoming, ...past];
  const chosen = value.bookingId === null ? upcoming[0] : bookings.find(({ id }) => id === value.bookingId);
  const labelOf = (booking: BookingRow) =>
    `${dateTime(booking.startsAt, language, now)} · ${booking.title} · ${booking.people[0]?.name ?? ""}`;
  const people = chosen?.people ?? [];
  return (
    <>
      <Select
        label={t("preview.booking")}
        className="min-w-0 grow basis-56"
        value={value.bookingId ?? NEXT}
        options={[
          { id: NEXT, label: t(upcoming.length === 0 ? "preview.noBooking" : "preview.nextBooking") },
          ...bookings.map((booking) => ({ id: String(booking.id), label: labelOf(booking) })),
        ]}
        onChange={(id) => {
          const booking = bookings.find((each) => each.id === id);
          onChange({ bookingId: booking?.id ?? null, contactId: null });
        }}
      />
      {people.length > 1 && (
        <Select
          label={t("preview.person")}
          className="w-44"
          value={String(value.contactId ?? people[0]?.contactId ?? "")}
          options={people.map(({ contactId, name }) => ({ id: String(contactId), label: name }))}
          onChange={(id) => {
            const person = people.find(({ contactId }) => contactId === id);
            onChange({ bookingId: chosen?.id ?? null, contactId: person?.contactId ?? null });
          }}
        />
      )}
    </>
  );
}
