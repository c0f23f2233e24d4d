import { beforeEach, expect, test } from "vitest";
import type { FunctionLogEntry } from "../functions/function-log.ts";
import { FunctionSeries } from "./function-series.ts";

const MINUTE_MS = 60_000;
// At the beginning of a minute.
const START_MS = 1_760_000_040_000;

let nowMs = START_MS;
let series: FunctionSeries;

beforeEach(() => {
  nowMs = START_MS;
  series = new FunctionSeries(() => nowMs);
});

type Completion = Extract<FunctionLogEntry, { kind: "Completion" }>;

function ran(identifier: string, fields: Partial<Completion> = {}): void {
  series.record({
    kind: "Completion", identifier, udfType: "Query", timestamp: 1, logLines: [], requestId: "r", executionId: "e",
    cachedResult: false, executionTime: 0.01, success: null, error: null, caller: "HttpApi", usageStats: {},
    executionTimestamp: 1, identityType: "unknown", environment: "isolate", ...fields,
  }); // prettier-ignore
}

const minutes = (count: number) => ({ startMs: START_MS, endMs: START_MS + count * MINUTE_MS, parts: count });

test("counts by minute; what came before the first figure and after the last is not known", () => {
  nowMs = START_MS + MINUTE_MS;
  ran("m:a");
  ran("m:a", { error: "no" });
  ran("m:a", { cachedResult: true });
  nowMs += 2 * MINUTE_MS;
  ran("m:b", { udfType: "Mutation" });
  expect(series.counts("m:a", "invocations", minutes(5))).toEqual([null, 3, 0, 0, null]);
  expect(series.counts("m:a", "errors", minutes(5))).toEqual([null, 1, 0, 0, null]);
  expect(series.counts("m:a", "hits", minutes(5))).toEqual([null, 1, 0, 0, null]);
  expect(series.counts("m:b", "misses", minutes(5))).toEqual([null, 0, 0, 0, null]);
  expect(series.counts("m:a", "invocations", { ...minutes(4), parts: 2 })).toEqual([3, 0]);
});

test("names functions as Convex does", () => {
  ran("dir/m:a");
  ran("n:b", { componentPath: "x/y" });
  ran("GET /path", { udfType: "HttpAction" });
  expect([...series.names]).toEqual([
    ["dir/m:a", "dir/m.js:a"],
    ["x/y/n:b", "x/y/n.js:b"],
    ["GET /path", "GET /path"],
  ]);
});

test("tells times to about five per cent", () => {
  for (let ms = 1; ms <= 1000; ms += 1) ran("m:a", { executionTime: ms / 1000 });
  const at = (percentile: number) => series.times("m:a", percentile, minutes(1))[0] ?? 0;
  for (const [percentile, seconds] of [[50, 0.5], [90, 0.9], [99, 0.99]] as const) {
    expect(Math.abs(at(percentile) / seconds - 1)).toBeLessThan(0.06);
  } // prettier-ignore
  expect(series.times("m:none", 50, minutes(2))).toEqual([0, null]);
});

test("forgets what is older than two hours, and functions that nobody calls any more", () => {
  ran("m:old");
  nowMs += 121 * MINUTE_MS;
  ran("m:new");
  expect([...series.names.keys()]).toEqual(["m:new"]);
  expect(series.counts("m:old", "invocations", minutes(1))).toEqual([null]);
});

test("does not grow with whatever names are called", () => {
  for (let n = 0; n < 6000; n += 1) ran(`made:up${n}`);
  expect(series.names.size).toBe(5000);
  ran("made:up1");
  expect(series.counts("made:up1", "invocations", minutes(1))).toEqual([2]);
});
