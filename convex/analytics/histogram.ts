/** Upper ends of the buckets in ms; the last bucket has none. Fine where providers answer, coarse where queues wait. */
export const BOUNDS_MS = [
  10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 3_600_000, 86_400_000,
] as const;

/** How many values fell into each bucket: `BOUNDS_MS.length + 1` numbers. Histograms of equal bounds can be added. */
export type Histogram = number[];

export function emptyHistogram(): Histogram {
  return Array.from({ length: BOUNDS_MS.length + 1 }, () => 0);
}

/** The histogram with one more value (ms, not below zero). */
export function withValue(histogram: Histogram, ms: number): Histogram {
  const found = BOUNDS_MS.findIndex((bound) => ms <= bound);
  const bucket = found === -1 ? BOUNDS_MS.length : found;
  return histogram.map((count, index) => (index === bucket ? count + 1 : count));
}

/** Both together. */
export function added(a: Histogram, b: Histogram): Histogram {
  return a.map((count, index) => count + (b[index] ?? 0));
}

/**
 * The value below which a share of the values lies (0.95 = p95), in ms; null when there are none. Exact to the bucket,
 * linear inside it; what lies beyond the last bound counts as that bound.
 */
export function percentile(histogram: Histogram, share: number): number | null {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const wanted = share * total;
  let seen = 0;
  for (const [index, count] of histogram.entries()) {
    const [low, high] = [index === 0 ? 0 : (BOUNDS_MS[index - 1] ?? 0), BOUNDS_MS[index]];
    if (high === undefined) return low;
    if (count > 0 && seen + count >= wanted) return low + ((wanted - seen) / count) * (high - low);
    seen += count;
  }
  return BOUNDS_MS.at(-1) ?? null;
}
