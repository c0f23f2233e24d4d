import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "../../../components/ui/classes";
import { useLanguage } from "../../../lib/i18n";
import type { CalendarSpan } from "../../../lib/search-params";
import { dateAfter, isSameMonth, noon } from "./calendar-days";
import { Entry, type CalendarBooking, type Days } from "./entry";

/** A month's day has room for this many; the rest is one press away. */
const FOLDED_AT = 3;
const DAYS_A_WEEK = 7;

/** Where an arrow leads from a day. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -DAYS_A_WEEK,
  ArrowDown: DAYS_A_WEEK,
};

type GridProps = {
  span: CalendarSpan;
  on: string;
  now: string;
  days: Days;
  onShow: (next: { span?: CalendarSpan; on?: string }) => void;
};

/** Weeks below each other; arrows go from day to day, Enter opens one. */
export function Grid({ span, on, now, days, onShow }: GridProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const dates = [...days.keys()];
  const weeks = Array.from({ length: dates.length / DAYS_A_WEEK }, (_, week) =>
    dates.slice(week * DAYS_A_WEEK, (week + 1) * DAYS_A_WEEK),
  );
  const move = (event: KeyboardEvent<HTMLTableElement>) => {
    const from = (event.target as HTMLElement).dataset["date"];
    const step = STEPS[event.key];
    if (from === undefined || step === undefined) return;
    event.preventDefault();
    const to = dateAfter(from, step);
    const day = event.currentTarget.querySelector<HTMLElement>(`[data-date="${to}"]`);
    if (day === null) onShow({ on: to });
    else day.focus();
  };
  const weekday = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
  return (
    <div className="min-h-0 grow overflow-auto px-6 pb-6">
      <table
        aria-label={t("bookings.calendar")}
        onKeyDown={move}
        className="h-full w-full table-fixed border-collapse text-left"
      >
        <thead>
          <tr>
            {dates.slice(0, DAYS_A_WEEK).map((date) => (
              <th key={date} scope="col" className="px-2 py-1 text-xs font-medium text-muted">
                {weekday.format(noon(date))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((date) => (
                <Day
                  key={date}
                  date={date}
                  isNow={date === now}
                  isFaint={span === "month" && !isSameMonth(date, on)}
                  bookings={days.get(date) ?? []}
                  foldedAt={span === "month" ? FOLDED_AT : Number.POSITIVE_INFINITY}
                  onOpen={() => onShow({ span: "day", on: date })}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type DayProps = {
  date: string;
  isNow: boolean;
  /** Of the month before or after. */
  isFaint: boolean;
  bookings: readonly CalendarBooking[];
  foldedAt: number;
  onOpen: () => void;
};

function Day({ date, isNow, isFaint, bookings, foldedAt, onOpen }: DayProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const isFolded = bookings.length > foldedAt;
  const shown = isFolded ? bookings.slice(0, foldedAt - 1) : bookings;
  const name = new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone: "UTC" }).format(noon(date));
  return (
    <td className={cx("h-28 border border-line p-1 align-top", isFaint && "bg-sunken")}>
      <button
        type="button"
        data-date={date}
        onClick={onOpen}
        aria-label={t("bookings.openDay", { day: name, count: bookings.length })}
        aria-current={isNow ? "date" : undefined}
        className={cx(
          "mb-0.5 grid size-6 place-items-center rounded-full text-xs tabular-nums hover:bg-hover",
          isNow ? "bg-accent font-semibold text-on-accent" : "text-muted",
        )}
      >
        {Number(date.slice(-2))}
      </button>
      <ul className="flex flex-col gap-0.5">
        {shown.map((booking) => (
          <li key={booking.id}>
            <Entry booking={booking} />
          </li>
        ))}
        {isFolded && (
          <li>
            <button
              type="button"
              onClick={onOpen}
              className="rounded-sm px-1.5 text-xs text-muted underline underline-offset-2 hover:text-text"
            >
              {t("bookings.moreOnDay", { count: bookings.length - shown.length })}
            </button>
          </li>
        )}
      </ul>
    </td>
  );
}
