import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import type { api } from "../../../convex/_generated/api";
import type { Range } from "../../../convex/analytics/grains";
import { LazyChart } from "../../components/charts/lazy-chart";
import { useLanguage } from "../../lib/i18n";
import { useOrg } from "../../lib/org";
import { durationText, euros, percent, whole } from "../../lib/number-format";

type Figures = FunctionReturnType<typeof api.analytics.queries.delivery>;
type Point = Figures["total"];
type Line = { name: string; points: readonly Point[] };

/** Throughput, delivery rate, response times and cost over the range. */
export function DeliveryCharts({ figures, range }: { figures: Figures; range: Range }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { membership } = useOrg();
  const byChannel = figures.channels.map(({ channel, points }) => ({ name: t(`channels.${channel}`), points }));
  const byConnection = figures.connections.map(({ name, points }) => ({
    name: name ?? t("monitoring.removed"),
    points,
  }));
  const label = labelFormat(range, language, membership.timezone);
  const emptyText = t("monitoring.noFigures");
  const rows = (lines: readonly Line[], value: (point: Point) => number | null) => rowsOf(lines, value, label);
  const names = (lines: readonly Line[]) => lines.map(({ name }) => name);
  return (
    <div className="grid grid-cols-2 gap-4 max-lg:grid-cols-1">
      <LazyChart
        kind="bar"
        isCount
        title={t("monitoring.charts.throughput")}
        label={t("monitoring.charts.throughput")}
        rows={rows(byChannel, ({ accepted }) => accepted)}
        series={names(byChannel)}
        format={(value) => whole(value, language)}
        emptyText={emptyText}
      />
      <LazyChart
        kind="line"
        title={t("monitoring.charts.deliveryRate")}
        label={t("monitoring.charts.deliveryRate")}
        rows={rows(byChannel, ({ deliveryRate }) => deliveryRate)}
        series={names(byChannel)}
        format={(value) => percent(value, language)}
        emptyText={emptyText}
      />
      <LazyChart
        kind="line"
        title={t("monitoring.charts.response")}
        label={t("monitoring.charts.response")}
        rows={rows(byConnection, ({ p95Ms }) => p95Ms)}
        series={names(byConnection)}
        format={(value) => durationText(value, language)}
        emptyText={emptyText}
      />
      <LazyChart
        kind="bar"
        title={t("monitoring.charts.cost")}
        label={t("monitoring.charts.cost")}
        rows={rows(byChannel, ({ costMicros }) => costMicros)}
        series={names(byChannel)}
        format={(value) => euros(value, language)}
        emptyText={emptyText}
      />
    </div>
  );
}

function rowsOf(
  lines: readonly Line[],
  value: (point: Point) => number | null,
  label: (at: number) => string,
): Record<string, string | number | null>[] {
  const starts = lines[0]?.points.map(({ at }) => at) ?? [];
  return starts.map((at, index) => {
    const row: Record<string, string | number | null> = { label: label(at) };
    for (const { name, points } of lines) {
      const point = points[index];
      row[name] = point === undefined ? null : value(point);
    }
    return row;
  });
}

const FORMATS: Record<Range, Intl.DateTimeFormatOptions> = {
  hour: { hour: "2-digit", minute: "2-digit" },
  day: { hour: "2-digit", minute: "2-digit" },
  week: { weekday: "short", day: "numeric" },
  month: { day: "numeric", month: "short" },
  year: { day: "numeric", month: "short" },
};

function labelFormat(range: Range, language: string, timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat(language, { ...FORMATS[range], timeZone });
  return (at) => format.format(at);
}
