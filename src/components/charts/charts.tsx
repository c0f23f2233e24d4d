import { AreaChart, BarChart, LineChart } from "@tremor/react";

// The only file that knows the chart library; it is large, so it is loaded when a chart is shown (lazy-charts.tsx).

export type ChartProps = {
  /** One row a point: `label` for the axis, then a number for each series; null leaves a gap. */
  rows: readonly Record<string, string | number | null>[];
  series: readonly string[];
  kind: "line" | "bar" | "area";
  /** The values are counts: the axis has no fractions. */
  isCount?: boolean;
  /** How a value reads in the axis and the tooltip. */
  format: (value: number) => string;
  /** What the chart shows, for those who cannot see it. */
  label: string;
};

/** Order of colours; app.css says which of our tokens each of these names is. */
const COLORS = ["blue", "emerald", "amber", "violet", "rose", "cyan"];
const AXIS_WIDTH = 56;

/** A chart without its title. */
export function Chart({ rows, series, kind, isCount = false, format, label }: ChartProps) {
  const common = {
    data: [...rows],
    index: "label",
    categories: [...series],
    colors: COLORS.slice(0, Math.max(1, series.length)),
    valueFormatter: format,
    yAxisWidth: AXIS_WIDTH,
    allowDecimals: !isCount,
    showLegend: false,
    showAnimation: false,
    className: "h-44",
    "aria-label": label,
    role: "img",
  };
  switch (kind) {
    case "line":
      return <LineChart {...common} connectNulls curveType="monotone" />;
    case "bar":
      return <BarChart {...common} stack />;
    case "area":
      return <AreaChart {...common} stack curveType="monotone" />;
  }
}
