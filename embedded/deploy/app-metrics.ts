import { DeveloperError } from "../errors.ts";
import { parseFunctionPath, shortPath } from "../functions/function-path.ts";
import { type Gatekeeper, jsonReply, type RouteTable } from "../http/exchange.ts";
import {
  type Counted,
  type FunctionSeries,
  type Series,
  seriesKey,
  type SeriesWindow,
} from "../observe/function-series.ts";

export interface AppMetricsDeps {
  gatekeeper: Gatekeeper;
  series: FunctionSeries;
}

type Query = URLSearchParams;

const DEFAULT_TOP = 5;
const MAX_TOP = 25;
const MAX_PARTS = 10_000;
const MAX_PERCENTILES = 5;

// The rest of all functions in a list of the first few.
const REST = "_rest";

const RATES: Readonly<Record<string, Counted>> = {
  invocations: "invocations",
  errors: "errors",
  cacheHits: "hits",
  cacheMisses: "misses",
};

/**
 * Figures for the graphs of dashboards (convex-facts c.4): series over a `window` in equal parts, each value with the
 * instant its part begins. Rates are per second, times in seconds, shares in per cent. All want the admin key.
 */
export function appMetricsRoutes({ gatekeeper, series }: AppMetricsDeps): RouteTable {
  const answers: Record<string, (query: Query, window: SeriesWindow) => unknown> = {
    udf_rate: (query, window) => {
      const metric = RATES[query.get("metric") ?? ""];
      if (metric === undefined) throw bad(`Invalid UDF rate: ${query.get("metric")}`);
      const perPart = series.counts(keyOf(query), metric, window);
      const seconds = (window.endMs - window.startMs) / window.parts / 1000;
      return dated(
        perPart.map((count) => (count === null ? null : count / seconds)),
        window,
      );
    },
    cache_hit_percentage: (query, window) => {
      const key = keyOf(query);
      return dated(shares(series.counts(key, "hits", window), series.counts(key, "misses", window), hitShare), window);
    },
    latency_percentiles: (query, window) =>
      percentilesOf(query).map((percentile) => [
        percentile,
        dated(series.times(keyOf(query), percentile, window), window),
      ]),
    failure_percentage_top_k: (query, window) =>
      top(series, query, window, ["errors", "invocations"], failureShare, -1),
    cache_hit_percentage_top_k: (query, window) => top(series, query, window, ["hits", "misses"], hitShare, 1),
    function_call_count_top_k: (query, window) =>
      top(series, query, window, ["invocations", "invocations"], (calls) => calls, -1),
    scheduled_job_lag: (_, window) => dated(nothing(window), window),
    table_rate: (_, window) => dated(nothing(window), window),
  };
  return Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [
      `GET /api/app_metrics/${name}`,
      async (exchange) => {
        await gatekeeper.requireAdmin(exchange);
        const query = exchange.url.searchParams;
        return jsonReply(answer(query, windowOf(query)));
      },
    ]),
  );
}

function bad(message: string): DeveloperError {
  return new DeveloperError("BadMetricsQuery", message);
}

function readJson(query: Query, name: string): unknown {
  try {
    return JSON.parse(query.get(name) ?? "null") as unknown;
  } catch {
    throw bad(`${name} is no JSON`);
  }
}

/** An instant as dashboards write it, in ms. */
function instantOf(value: unknown): number {
  const { secs_since_epoch: seconds, nanos_since_epoch: nanos } = (value ?? {}) as Record<string, unknown>;
  if (typeof seconds !== "number" || typeof nanos !== "number") throw bad("Invalid query window");
  return seconds * 1000 + nanos / 1e6;
}

function windowOf(query: Query): SeriesWindow {
  const { start, end, num_buckets: parts } = (readJson(query, "window") ?? {}) as Record<string, unknown>;
  const window = { startMs: instantOf(start), endMs: instantOf(end), parts: Number(parts) };
  if (window.endMs <= window.startMs) throw bad(`Invalid query window: ${window.endMs} < ${window.startMs}`);
  if (!Number.isInteger(window.parts) || window.parts < 1 || window.parts > MAX_PARTS) {
    throw bad(`Invalid query num_buckets: ${String(parts)}`);
  }
  return window;
}

function keyOf(query: Query): string {
  const path = query.get("path") ?? query.get("udfPath") ?? "";
  const isHttp = query.get("udfType") === "HttpAction";
  return seriesKey(query.get("componentPath") ?? undefined, isHttp ? path : shortPath(parseFunctionPath(path)));
}

function percentilesOf(query: Query): number[] {
  const percentiles = readJson(query, "percentiles");
  const isList = Array.isArray(percentiles) && percentiles.length <= MAX_PERCENTILES;
  if (!isList || !percentiles.every((one): one is number => typeof one === "number")) {
    throw bad("Invalid query percentiles");
  }
  return percentiles.sort((a, b) => a - b);
}

function nothing(window: SeriesWindow): Series {
  return Array.from({ length: window.parts }, () => null);
}

/** Each value with the beginning of its part. */
function dated(series: Series, { startMs, endMs, parts }: SeriesWindow): unknown[] {
  return series.map((value, part) => {
    const ms = startMs + ((endMs - startMs) * part) / parts;
    const seconds = Math.floor(ms / 1000);
    return [{ secs_since_epoch: seconds, nanos_since_epoch: Math.round((ms - seconds * 1000) * 1e6) }, value];
  });
}

type Share = (some: number, others: number) => number | null;

function failureShare(errors: number, invocations: number): number | null {
  return invocations === 0 ? null : (errors / invocations) * 100;
}

function hitShare(hits: number, misses: number): number | null {
  return hits + misses === 0 ? null : (hits / (hits + misses)) * 100;
}

function shares(some: Series, others: Series, share: Share): Series {
  return some.map((value, part) => (value === null ? null : share(value, others[part] ?? 0)));
}

function sum(series: Series): number {
  return series.reduce<number>((total, value) => total + (value ?? 0), 0);
}

function added(all: readonly Series[], window: SeriesWindow): Series {
  return nothing(window).map((_, part) =>
    all.reduce<number | null>((total, series) => {
      const value = series[part] ?? null;
      return value === null ? total : (total ?? 0) + value;
    }, null),
  );
}

/** The first functions by their share over the whole window, greatest first when `direction` is -1, and all others. */
function top(
  series: FunctionSeries,
  query: Query,
  window: SeriesWindow,
  [one, other]: readonly [Counted, Counted],
  share: Share,
  direction: 1 | -1,
): unknown[] {
  const count = Number(query.get("k") ?? DEFAULT_TOP);
  if (!Number.isInteger(count) || count < 1 || count > MAX_TOP) {
    throw new DeveloperError("InvalidTopKParameter", `k must be between 1 and ${MAX_TOP}, got ${query.get("k")}`);
  }
  const all = [...series.names].map(([key, name]) => {
    const some = series.counts(key, one, window);
    const others = series.counts(key, other, window);
    return { name, some, others, share: share(sum(some), sum(others)) };
  });
  const ranked = all
    .filter((entry) => entry.share !== null)
    .sort((a, b) => direction * ((a.share ?? 0) - (b.share ?? 0)) || (a.name < b.name ? -1 : 1));
  const shown = ranked.slice(0, count);
  const rest = ranked.slice(count);
  const lines = shown.map(({ name, some, others }) => [name, dated(shares(some, others, share), window)]);
  if (rest.length === 0) return lines;
  const [some, others] = [added(rest.map((entry) => entry.some), window), added(rest.map((entry) => entry.others), window)]; // prettier-ignore
  return [...lines, [REST, dated(shares(some, others, share), window)]];
}
