import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FunctionLogEntry } from "../functions/function-log.ts";
import { Observer } from "./observer.ts";
import { MetricSet } from "./prometheus.ts";

const logged: [string, string, unknown][] = [];
let observer: Observer;

beforeEach(() => {
  logged.length = 0;
  observer = new Observer((level, event, facts) => void logged.push([level, event, facts]));
});
afterEach(() => observer.close());

const ran = (fields: Partial<Extract<FunctionLogEntry, { kind: "Completion" }>>): FunctionLogEntry => ({
  kind: "Completion", identifier: "m:f", udfType: "Query", timestamp: 1, logLines: [], requestId: "r", executionId: "e",
  cachedResult: false, executionTime: 0.01, success: null, error: null, caller: "HttpApi", usageStats: {},
  executionTimestamp: 1, identityType: "unknown", environment: "isolate", ...fields,
}); // prettier-ignore

describe("slow things are told about", () => {
  test.each([
    ["Query", 0.5, true],
    ["Query", 0.49, false],
    ["Mutation", 3, true],
    ["Action", 30, false],
    ["HttpAction", 61, true],
  ] as const)("a %s of %d s: %s", (udfType, executionTime, isSlow) => {
    observer.functionRan(ran({ udfType, executionTime }));
    expect(logged.map(([level, event]) => [level, event])).toEqual(isSlow ? [["warn", "slow function"]] : []);
  });

  test("a cached answer never is", () => {
    observer.functionRan(ran({ executionTime: 5, cachedResult: true }));
    expect(logged).toEqual([]);
  });

  test("a statement, in one line and without values", () => {
    observer.slowStatement("SELECT 1\n   FROM entries WHERE ix = ?", 120.4);
    expect(logged).toEqual([
      ["warn", "slow statement", { sql: "SELECT 1 FROM entries WHERE ix = ?", durationMs: 120 }],
    ]);
  });
});

test("calls are counted by type and outcome, their times by bounds", () => {
  observer.functionRan(ran({ executionTime: 0.003 }));
  observer.functionRan(ran({ executionTime: 0.3, error: "no" }));
  observer.requestEnded("client", 404);
  const text = observer.text({ sockets: 3, latestTs: 1_500_000_000n });
  for (const line of [
    'switchboard_function_calls_total{type="Query",outcome="success",cached="false"} 1',
    'switchboard_function_calls_total{type="Query",outcome="failure",cached="false"} 1',
    'switchboard_function_seconds_bucket{type="Query",le="0.001"} 0',
    'switchboard_function_seconds_bucket{type="Query",le="0.005"} 1',
    'switchboard_function_seconds_bucket{type="Query",le="+Inf"} 2',
    'switchboard_function_seconds_count{type="Query"} 2',
    'switchboard_http_requests_total{origin="client",status="4xx"} 1',
    "switchboard_sockets 3",
    "switchboard_last_commit_seconds 1.5",
    "# TYPE switchboard_function_seconds histogram",
  ]) {
    expect(text.split("\n")).toContain(line);
  }
});

test("label values are escaped", () => {
  const metrics = new MetricSet();
  metrics.counter("x_total", "x", { a: 'say "hi"\n\\' }).add();
  expect(metrics.text()).toContain('x_total{a="say \\"hi\\"\\n\\\\"} 1');
});
