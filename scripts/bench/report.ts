/** One line of the speed table. `ratio` is value against baseline, in the direction the target is stated in. */
export interface Row {
  row: string;
  value: number;
  unit: string;
  /** What the value is compared with, in the same unit; null where the target is absolute. */
  baseline: number | null;
  ratio: number | null;
  /** As a reader says it: `>= 0.6`. */
  target: string;
  ok: boolean;
  /** Figures that explain the row. */
  note?: Record<string, number | string>;
}

/** A bound in either direction; `of` says whether the ratio or the value itself is held against it. */
export interface Target {
  of: "ratio" | "value";
  bound: "atLeast" | "atMost";
  limit: number;
}

export interface Measured {
  value: number;
  unit: string;
  baseline?: number;
  ratio?: number;
  note?: Record<string, number | string>;
}

/** Holds a measurement against its target. */
export function judge(row: string, measured: Measured, target: Target): Row {
  const { value, unit, baseline = null, note } = measured;
  const ratio = measured.ratio ?? (baseline === null ? null : value / baseline);
  const held = target.of === "ratio" ? ratio : value;
  const ok = held !== null && (target.bound === "atLeast" ? held >= target.limit : held <= target.limit);
  return {
    row,
    value: rounded(value),
    unit,
    baseline: baseline === null ? null : rounded(baseline),
    ratio: ratio === null ? null : rounded(ratio),
    target: `${target.of} ${target.bound === "atLeast" ? ">=" : "<="} ${target.limit}`,
    ok,
    ...(note === undefined ? {} : { note }),
  };
}

/** Three significant digits: more would be noise. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** `share` from 0 to 1. Throws Error for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (found === undefined) throw new Error("No values were measured");
  return found;
}

/**
 * Measures two things in turns, so that a busy moment of the machine hits both, and gives the medians of each and of
 * the rounds' ratios.
 */
export async function inTurns(
  rounds: number,
  value: () => Promise<number>,
  baseline: () => Promise<number>,
): Promise<{ value: number; baseline: number; ratio: number }> {
  const values: number[] = [];
  const baselines: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const below = await baseline();
    const measured = await value();
    baselines.push(below);
    values.push(measured);
    ratios.push(measured / below);
  }
  return { value: median(values), baseline: median(baselines), ratio: median(ratios) };
}
