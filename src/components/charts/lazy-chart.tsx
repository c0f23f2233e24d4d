import { lazy, Suspense } from "react";
import type { ChartProps } from "./charts";

const Chart = lazy(async () => ({ default: (await import("./charts")).Chart }));

/** Dots of the same colours and order as the chart's series. */
const DOTS = ["bg-blue-500", "bg-emerald-500", "bg-amber-500", "bg-violet-500", "bg-rose-500", "bg-cyan-500"];

type LazyChartProps = ChartProps & {
  title: string;
  /** Said instead of an empty chart. */
  emptyText: string;
};

/** A titled chart with its legend; the library comes when the first one is shown. */
export function LazyChart({ title, emptyText, ...chart }: LazyChartProps) {
  const isEmpty = chart.rows.every((row) => chart.series.every((name) => !row[name]));
  return (
    <figure className="flex min-w-0 flex-col gap-2 rounded-lg border border-line p-4">
      <figcaption className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <span className="grow text-sm font-semibold">{title}</span>
        {chart.series.map((name, index) => (
          <span key={name} className="flex items-center gap-1.5 text-xs text-muted">
            <span aria-hidden className={`size-2 rounded-full ${DOTS[index % DOTS.length] ?? ""}`} />
            {name}
          </span>
        ))}
      </figcaption>
      {isEmpty ? (
        <p className="flex h-44 items-center justify-center text-sm text-faint">{emptyText}</p>
      ) : (
        <Suspense fallback={<div className="h-44" />}>
          <Chart {...chart} />
        </Suspense>
      )}
    </figure>
  );
}
