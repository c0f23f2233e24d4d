import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Button, IconButton } from "../../../components/ui/button";
import { Select } from "../../../components/ui/select";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { useLanguage } from "../../../lib/i18n";
import { useIsPhone } from "../../../lib/media";
import { useNow } from "../../../lib/now";
import { useOrg, useOrgQuery } from "../../../lib/org";
import { CALENDAR_SPANS, type BookingSearch, type CalendarSpan } from "../../../lib/search-params";
import { Agenda } from "./agenda";
import { byDate, daysShown, noon, rangeOf, stepped, today } from "./calendar-days";
import { Grid } from "./grid";

type CalendarProps = { search: BookingSearch; onSearch: (search: BookingSearch) => void };

/** Bookings by day, at the times of their places: a month, a week or a day. Phones get the days below each other. */
export function Calendar({ search, onSearch }: CalendarProps) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const isPhone = useIsPhone();
  const now = today(useNow(), membership.timezone);
  const { span = "month", on = now } = search;
  const dates = daysShown(span, on);
  const shown = useOrgQuery(api.bookings.queries.between, rangeOf(dates));
  const show = (next: { span?: CalendarSpan; on?: string }) => onSearch({ view: "calendar", span, on, ...next });
  const days = byDate(shown?.bookings ?? [], dates, membership.timezone);
  return (
    <div className="flex min-h-0 grow flex-col">
      <Bar span={span} on={on} now={now} onShow={show} />
      {shown?.isCut === true && (
        <p role="status" className="px-6 pb-2 text-sm text-warn max-md:px-4">
          {t("bookings.calendarCut")}
        </p>
      )}
      {shown === undefined ? (
        <SkeletonRows />
      ) : isPhone || span === "day" ? (
        <Agenda days={days} now={now} isWhole={span === "day"} />
      ) : (
        <Grid span={span} on={on} now={now} days={days} onShow={show} />
      )}
    </div>
  );
}

type BarProps = {
  span: CalendarSpan;
  on: string;
  now: string;
  onShow: (next: { span?: CalendarSpan; on?: string }) => void;
};

function Bar({ span, on, now, onShow }: BarProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <div className="flex flex-wrap items-center gap-2 px-6 py-2 max-md:px-4">
      <IconButton
        label={t("bookings.earlier")}
        icon={<ChevronLeft size={16} />}
        onPress={() => onShow({ on: stepped(span, on, -1) })}
      />
      <IconButton
        label={t("bookings.later")}
        icon={<ChevronRight size={16} />}
        onPress={() => onShow({ on: stepped(span, on, 1) })}
      />
      <Button onPress={() => onShow({ on: now })}>{t("bookings.today")}</Button>
      <h2 className="grow text-base font-semibold" aria-live="polite">
        {titleOf(span, on, language)}
      </h2>
      <Select
        label={t("bookings.span")}
        hideLabel
        options={CALENDAR_SPANS.map((id) => ({ id, label: t(`bookings.spans.${id}`) }))}
        value={span}
        onChange={(next) => onShow({ span: next })}
        className="w-32"
      />
    </div>
  );
}

/** "November 2026", "16 – 22 Nov 2026" or "Saturday, 21 November 2026". */
function titleOf(span: CalendarSpan, on: string, language: string): string {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" });
  if (span === "month") return format({ month: "long", year: "numeric" }).format(noon(on));
  if (span === "day")
    return format({ weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(noon(on));
  const dates = daysShown("week", on);
  const week = format({ day: "numeric", month: "short", year: "numeric" });
  return week.formatRange(noon(dates[0] ?? on), noon(dates.at(-1) ?? on));
}
