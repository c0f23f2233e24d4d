import { noFigures, sum, type Figures } from "./figures";
import { percentile } from "./histogram";

/** One point of a chart. Null where nothing happened: a rate of nothing is no rate. */
export type Point = {
  at: number;
  accepted: number;
  refused: number;
  delivered: number;
  failed: number;
  deliveryRate: number | null;
  p50Ms: number | null;
  p95Ms: number | null;
  queuedP95Ms: number | null;
  costMicros: number;
};

/** The point that figures make. */
export function pointOf(at: number, figures: Figures): Point {
  const { accepted, refused, lost, delivered, bounced, failed, costMicros, took, queued } = figures;
  return {
    at,
    accepted,
    refused: refused + lost,
    delivered,
    failed: failed + bounced,
    // Reports come after the call, sometimes in the next stretch: never more than everything.
    deliveryRate: accepted === 0 ? null : Math.min(1, delivered / accepted),
    p50Ms: percentile(took, 0.5),
    p95Ms: percentile(took, 0.95),
    queuedP95Ms: percentile(queued, 0.95),
    costMicros,
  };
}

/** One line of points for each group, all over the same stretches, quiet ones included. */
export function series<Row extends Figures & { at: number }>(
  rows: readonly Row[],
  starts: readonly number[],
  groupOf: (row: Row) => string,
): Map<string, { points: Point[]; total: Figures }> {
  const groups = new Map<string, { byStart: Map<number, Figures>; total: Figures }>();
  for (const row of rows) {
    const group = groups.get(groupOf(row)) ?? { byStart: new Map<number, Figures>(), total: noFigures() };
    groups.set(groupOf(row), group);
    group.byStart.set(row.at, sum(group.byStart.get(row.at) ?? noFigures(), row));
    group.total = sum(group.total, row);
  }
  return new Map(
    [...groups].map(([name, { byStart, total }]) => {
      const points = starts.map((at) => pointOf(at, byStart.get(at) ?? noFigures()));
      return [name, { points, total }];
    }),
  );
}
