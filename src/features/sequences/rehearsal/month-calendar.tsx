import { ChevronLeft, ChevronRight } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { CHANNELS, type Channel } from "../../../../convex/lib/closedSets";
import { ChannelIcon } from "../../../components/status";
import { Button, IconButton } from "../../../components/ui/button";
import { cx } from "../../../components/ui/classes";
import { useLanguage } from "../../../lib/i18n";
import { useNow } from "../../../lib/now";
import { localDate } from "../../../lib/time-format";
import { daysOf, moved, type Row, weeksOf } from "./rows";

type CalendarProps = {
  rows: readonly Row[];
  day: string | null;
  onDay: (day: string | null) => void;
  className?: string;
};

/** How many messages leave on which day, by channel; a day that is pressed is the only one in the list. */
export function MonthCalendar({ rows, day, onDay, className }: CalendarProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const today = localDate(useNow());
  const days = useMemo(() => daysOf(rows), [rows]);
  const [span, setSpan] = useState<"month" | "week">("month");
  const [looked, setLooked] = useState<string | null>(null);
  // Until somebody looks elsewhere: where the messages begin.
  const first = rows.find((row) => row.day !== null && row.day >= today)?.day ?? today;
  const at = looked ?? first;
  const weeks = weeksOf(at, span);
  const title = new Intl.DateTimeFormat(language, { month: "long", year: "numeric", timeZone: "UTC" });
  const weekday = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
  const long = new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone: "UTC" });
  return (
    <section aria-label={t("rehearsal.calendar")} className={cx("flex flex-col gap-2 overflow-y-auto p-4", className)}>
      <div className="flex items-center gap-1">
        <h2 className="grow text-sm font-semibold">{title.format(Date.parse(at))}</h2>
        <Button size="sm" variant="quiet" onPress={() => setSpan(span === "month" ? "week" : "month")}>
          {t(span === "month" ? "rehearsal.week" : "rehearsal.month")}
        </Button>
        <IconButton
          label={t("rehearsal.previous")}
          icon={<ChevronLeft size={16} />}
          onPress={() => setLooked(moved(at, span, -1))}
        />
        <IconButton
          label={t("rehearsal.next")}
          icon={<ChevronRight size={16} />}
          onPress={() => setLooked(moved(at, span, 1))}
        />
      </div>
      <div aria-hidden className="grid grid-cols-7 gap-1 text-center text-2xs text-faint">
        {weeks[0]?.map((each) => (
          <span key={each}>{weekday.format(Date.parse(each))}</span>
        ))}
      </div>
      <div className="grid grid-cols-7 gap-1">
        {weeks.flat().map((each) => {
          return (
            <DayCell
              key={each}
              day={each}
              name={long.format(Date.parse(each))}
              counts={days.get(each)}
              isChosen={day === each}
              isToday={each === today}
              isOutside={span === "month" && each.slice(0, 7) !== at.slice(0, 7)}
              className={span === "month" ? "min-h-18" : "min-h-32"}
              onPress={() => onDay(day === each ? null : each)}
            />
          );
        })}
      </div>
    </section>
  );
}

type DayProps = {
  day: string;
  name: string;
  counts: ReadonlyMap<Channel | "none", number> | undefined;
  isChosen: boolean;
  isToday: boolean;
  isOutside: boolean;
  className: string;
  onPress: () => void;
};

function DayCell({ day, name, counts, isChosen, isToday, isOutside, className, onPress }: DayProps) {
  const { t } = useTranslation();
  const total = counts === undefined ? 0 : [...counts.values()].reduce((sum, count) => sum + count, 0);
  const numberTone = isToday ? "font-semibold text-accent-text" : isOutside ? "text-faint" : "text-muted";
  return (
    <button
      type="button"
      aria-label={`${name}: ${t("rehearsal.count", { count: total })}`}
      aria-pressed={isChosen}
      disabled={total === 0}
      onClick={onPress}
      className={cx(
        "flex flex-col items-start gap-0.5 rounded-md border p-1.5 text-left text-2xs",
        isChosen ? "border-accent bg-accent-soft" : "border-line",
        total > 0 && !isChosen && "bg-canvas hover:bg-hover",
        className,
      )}
    >
      <span className={cx("tabular-nums", numberTone)}>{Number(day.slice(8))}</span>
      {CHANNELS.filter((channel) => counts?.has(channel)).map((channel) => (
        <span key={channel} className="inline-flex items-center gap-1 text-text tabular-nums">
          <ChannelIcon channel={channel} size={11} />
          {counts?.get(channel)}
        </span>
      ))}
      {counts?.has("none") && <span className="text-muted tabular-nums line-through">{counts.get("none")}</span>}
    </button>
  );
}
