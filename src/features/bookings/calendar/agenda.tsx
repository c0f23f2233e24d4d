import { CalendarDays } from "lucide-react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../../components/ui/empty-state";
import { useLanguage } from "../../../lib/i18n";
import { noon } from "./calendar-days";
import { Entry, type Days } from "./entry";

type AgendaProps = { days: Days; now: string; isWhole: boolean };

/** Days below each other, those without bookings left out unless it is `isWhole` about one. */
export function Agenda({ days, now, isWhole }: AgendaProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const filled = [...days].filter(([, bookings]) => bookings.length > 0);
  if (filled.length === 0) return <EmptyState icon={CalendarDays} title={t("bookings.emptyCalendar")} />;
  const format = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
  return (
    <ol className="flex min-h-0 grow flex-col gap-4 overflow-y-auto px-6 pt-2 pb-6 max-md:px-4">
      {filled.map(([date, bookings]) => (
        <li key={date} className="flex flex-col gap-1">
          {!isWhole && (
            <h3 className="text-xs font-semibold text-muted" aria-current={date === now ? "date" : undefined}>
              {format.format(noon(date))}
            </h3>
          )}
          <ul className="flex max-w-3xl flex-col gap-1">
            {bookings.map((booking) => (
              <li key={booking.id}>
                <Entry booking={booking} isLarge />
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}
