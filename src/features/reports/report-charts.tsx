import { useTranslation } from "react-i18next";
import { meanAnswer, volume } from "../../../convex/analytics/team/measures";
import { PERIODS, type Period, type TeamGrain } from "../../../convex/analytics/team/periods";
import type { Sums } from "../../../convex/analytics/team/sums";
import { LazyChart } from "../../components/charts/lazy-chart";
import { useLanguage } from "../../lib/i18n";
import { durationText, whole } from "../../lib/number-format";
import { useOrg } from "../../lib/org";
import type { Report } from "./figures";

const FORMATS: Record<TeamGrain, Intl.DateTimeFormatOptions> = {
  day: { day: "numeric", month: "short" },
  week: { day: "numeric", month: "short" },
  month: { month: "short", year: "2-digit" },
};

/** Volume and speed of the channels over the period. */
export function ReportCharts({ report, period }: { report: Report; period: Period }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { membership } = useOrg();
  const dates = new Intl.DateTimeFormat(language, { ...FORMATS[PERIODS[period].grain], timeZone: membership.timezone });
  const channels = report.channels.map(({ channel }) => channel);
  const names = channels.map((channel) => t(`channels.${channel}`));
  const rows = (value: (sums: Sums) => number | null) =>
    report.points.map((point) => {
      const values = channels.map((channel) => [t(`channels.${channel}`), value(point.channels[channel] ?? {})]);
      return { label: dates.format(point.at), ...(Object.fromEntries(values) as Record<string, number | null>) };
    });
  const emptyText = t("reports.nothing");
  return (
    <div className="grid grid-cols-2 gap-4 max-lg:grid-cols-1">
      <LazyChart
        kind="bar"
        isCount
        title={t("reports.charts.volume")}
        label={t("reports.charts.volume")}
        rows={rows(volume)}
        series={names}
        format={(value) => whole(value, language)}
        emptyText={emptyText}
      />
      <LazyChart
        kind="line"
        title={t("reports.charts.answer")}
        label={t("reports.charts.answer")}
        rows={rows(meanAnswer)}
        series={names}
        format={(value) => durationText(value, language)}
        emptyText={emptyText}
      />
    </div>
  );
}
