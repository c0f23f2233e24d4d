import type { FunctionLogEntry } from "../functions/function-log.ts";
import { canonicalPath, parseFunctionPath } from "../functions/function-path.ts";

// What dashboards draw: an hour by the minute, and the day before is gone with a restart anyway.
const SLICE_MS = 60_000;
const KEPT_SLICES = 120;

// Anybody may call functions that do not exist, and they are told about as well; no project has this many that do.
const MAX_FUNCTIONS = 5000;

// Times are kept to about 5 %: bucket n holds those up to 1.05^n ms.
const TIME_STEP = Math.log(1.05);

/** What one function did in one minute. */
interface Slice {
  /** Minutes since 1970. */
  index: number;
  invocations: number;
  errors: number;
  hits: number;
  misses: number;
  /** How many executions, by time bucket. */
  times: Map<number, number>;
}

/** The figures of a slice that are counted. */
export type Counted = "invocations" | "errors" | "hits" | "misses";

/** A stretch of time in equal parts. */
export interface SeriesWindow {
  startMs: number;
  endMs: number;
  parts: number;
}

/** One value per part of a window; null where nothing is known. */
export type Series = (number | null)[];

type Completion = Extract<FunctionLogEntry, { kind: "Completion" }>;

interface FunctionFigures {
  /** `component/dir/mod.js:fn`, or `GET /path`. */
  name: string;
  slices: Slice[];
}

/** Keeps, by minute, what functions did lately: for the graphs of dashboards. */
export class FunctionSeries {
  readonly #functions = new Map<string, FunctionFigures>();
  readonly #nowMs: () => number;
  #first: number | null = null;
  #last = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  record(entry: Completion): void {
    const slice = this.#sliceNow(entry);
    if (slice === null) return;
    slice.invocations += 1;
    if (entry.error !== null) slice.errors += 1;
    if (entry.udfType === "Query") slice[entry.cachedResult ? "hits" : "misses"] += 1;
    const bucket = Math.max(0, Math.ceil(Math.log(entry.executionTime * 1000) / TIME_STEP));
    slice.times.set(bucket, (slice.times.get(bucket) ?? 0) + 1);
  }

  /** Names of all functions with figures, by the key that {@link counts} and {@link times} take. */
  get names(): ReadonlyMap<string, string> {
    return new Map([...this.#functions].map(([key, { name }]) => [key, name]));
  }

  /** How often in each part; null where the backend was not running. */
  counts(key: string, what: Counted, window: SeriesWindow): Series {
    const series: Series = this.#known(window).map((isKnown) => (isKnown ? 0 : null));
    for (const [part, slice] of this.#slices(key, window)) series[part] = (series[part] ?? 0) + slice[what];
    return series;
  }

  /** The time in seconds that `percentile` of the executions in each part stayed below; 0 where there were none. */
  times(key: string, percentile: number, window: SeriesWindow): Series {
    const known = this.#known(window);
    const merged = known.map(() => new Map<number, number>());
    for (const [part, { times }] of this.#slices(key, window)) {
      for (const [bucket, count] of times) merged[part]?.set(bucket, (merged[part].get(bucket) ?? 0) + count);
    }
    return merged.map((times, part) => (known[part] === true ? timeAt(times, percentile) : null));
  }

  /** Null when there are too many functions to keep another. */
  #sliceNow({ componentPath, identifier, udfType }: Completion): Slice | null {
    const index = Math.floor(this.#nowMs() / SLICE_MS);
    this.#first ??= index;
    if (index > this.#last) this.#forgetBefore(index - KEPT_SLICES);
    this.#last = index;
    const key = seriesKey(componentPath, identifier);
    let figures = this.#functions.get(key);
    if (figures === undefined) {
      if (this.#functions.size >= MAX_FUNCTIONS) return null;
      const name = udfType === "HttpAction" ? identifier : canonicalName(identifier);
      figures = { name: seriesKey(componentPath, name), slices: [] };
      this.#functions.set(key, figures);
    }
    let slice = figures.slices.at(-1);
    if (slice?.index !== index) {
      slice = { index, invocations: 0, errors: 0, hits: 0, misses: 0, times: new Map() };
      figures.slices.push(slice);
    }
    return slice;
  }

  #forgetBefore(oldest: number): void {
    this.#first = Math.max(this.#first ?? oldest, oldest);
    for (const [key, { slices }] of this.#functions) {
      while (slices[0] !== undefined && slices[0].index < oldest) slices.shift();
      if (slices.length === 0) this.#functions.delete(key);
    }
  }

  /** Which parts of a window have figures. */
  #known(window: SeriesWindow): boolean[] {
    const known = Array.from({ length: window.parts }, () => false);
    if (this.#first === null) return known;
    for (let index = this.#first; index <= this.#last; index += 1) {
      const part = partOf(index, window);
      if (part !== null) known[part] = true;
    }
    return known;
  }

  *#slices(key: string, window: SeriesWindow): Iterable<[number, Slice]> {
    for (const slice of this.#functions.get(key)?.slices ?? []) {
      const part = partOf(slice.index, window);
      if (part !== null) yield [part, slice];
    }
  }
}

/** The key of a function's figures; `identifier` as in log entries. */
export function seriesKey(componentPath: string | undefined, identifier: string): string {
  return componentPath === undefined || componentPath === "" ? identifier : `${componentPath}/${identifier}`;
}

function canonicalName(identifier: string): string {
  try {
    return canonicalPath(parseFunctionPath(identifier));
  } catch {
    // Calls of what is no function's path are told about as they came.
    return identifier;
  }
}

function partOf(index: number, { startMs, endMs, parts }: SeriesWindow): number | null {
  const atMs = index * SLICE_MS;
  if (atMs < startMs || atMs >= endMs) return null;
  return Math.floor(((atMs - startMs) / (endMs - startMs)) * parts);
}

function timeAt(times: ReadonlyMap<number, number>, percentile: number): number {
  const total = [...times.values()].reduce((sum, count) => sum + count, 0);
  let left = (total * percentile) / 100;
  for (const [bucket, count] of [...times].sort(([a], [b]) => a - b)) {
    left -= count;
    if (left <= 0) return Math.max(1, Math.round(Math.exp(bucket * TIME_STEP))) / 1000;
  }
  return 0;
}
