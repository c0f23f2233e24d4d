import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { FunctionLogEntry } from "../functions/function-log.ts";
import type { Log } from "../server/log.ts";
import type { UdfType } from "../functions/types.ts";
import { type Counter, type Histogram, MetricSet } from "./prometheus.ts";

// Seconds. Queries and mutations share the engine's thread, so a long one makes all others wait; Convex itself ends
// them after one second of work. Actions wait for other services and may take minutes.
const SLOW_SECONDS = { Query: 0.5, Mutation: 0.5, Action: 60, HttpAction: 60 };

// Seconds: from a cached query to an action at its limit.
const DURATION_BOUNDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600];

const NS_PER_S = 1e9;

/** What is measured when somebody asks. */
export interface Gauges {
  sockets: number;
  /** Nanoseconds; the timestamp of the last commit. */
  latestTs: bigint;
}

type Outcome = "success" | "failure";

/** The metrics of one type of function, found without building a label's text: every call is counted. */
class CallMetrics {
  readonly seconds: Histogram;
  readonly #counters: Record<Outcome, { fresh: Counter; cached: Counter }>;

  constructor(metrics: MetricSet, type: UdfType) {
    const counter = (outcome: Outcome, cached: boolean) =>
      metrics.counter("switchboard_function_calls_total", "Functions that ran or were answered from the cache.", {
        type,
        outcome,
        cached: String(cached),
      });
    const both = (outcome: Outcome) => ({ fresh: counter(outcome, false), cached: counter(outcome, true) });
    this.#counters = { success: both("success"), failure: both("failure") };
    this.seconds = metrics.histogram(
      "switchboard_function_seconds",
      "Time from the beginning of a function to its end, commit included.",
      DURATION_BOUNDS,
      { type },
    );
  }

  called(outcome: Outcome, isCached: boolean): void {
    const { fresh, cached } = this.#counters[outcome];
    (isCached ? cached : fresh).add();
  }
}

/** Watches what runs: counts it for Prometheus, and warns in the log about what takes too long. */
export class Observer {
  readonly #metrics = new MetricSet();
  readonly #calls = new Map<UdfType, CallMetrics>();
  readonly #requests = new Map<string, Counter[]>();
  readonly #loopDelay: IntervalHistogram = monitorEventLoopDelay();

  constructor(private readonly log: Log) {
    this.#loopDelay.enable();
  }

  functionRan(entry: FunctionLogEntry): void {
    if (entry.kind !== "Completion") return;
    const { udfType, cachedResult, error, executionTime, identifier } = entry;
    const metrics = this.#callMetrics(udfType);
    metrics.called(error === null ? "success" : "failure", cachedResult);
    if (cachedResult) return;
    metrics.seconds.observe(executionTime);
    if (executionTime < SLOW_SECONDS[udfType]) return;
    const facts = { function: identifier, component: entry.componentPath, type: udfType };
    this.log("warn", "slow function", {
      ...facts,
      durationMs: Math.round(executionTime * 1000),
      requestId: entry.requestId,
    });
  }

  /** `sql` has placeholders for its values, so that nothing of anyone's data gets into the log. */
  slowStatement(sql: string, durationMs: number): void {
    this.#metrics.counter("switchboard_slow_statements_total", "SQL statements that took longer than 100 ms.").add();
    this.log("warn", "slow statement", { sql: sql.replace(/\s+/g, " ").trim(), durationMs: Math.round(durationMs) });
  }

  requestEnded(origin: string, status: number): void {
    const hundreds = Math.floor(status / 100);
    let counters = this.#requests.get(origin);
    if (counters === undefined) this.#requests.set(origin, (counters = []));
    counters[hundreds] ??= this.#metrics.counter("switchboard_http_requests_total", "HTTP requests answered.", {
      origin,
      status: `${hundreds}xx`,
    });
    counters[hundreds].add();
  }

  /** The answer of `/metrics`. */
  text({ sockets, latestTs }: Gauges): string {
    const { heapUsed, rss } = process.memoryUsage();
    const loop = this.#loopDelay;
    const gauges: [string, string, number][] = [
      ["switchboard_sockets", "Open sync WebSockets.", sockets],
      ["switchboard_last_commit_seconds", "When the last commit was, in seconds since 1970.", Number(latestTs) / NS_PER_S],
      ["switchboard_event_loop_delay_p99_seconds", "How late timers ran since the last look.", loop.percentile(99) / NS_PER_S],
      ["process_resident_memory_bytes", "Memory of the process.", rss],
      ["nodejs_heap_used_bytes", "Memory of JavaScript objects on the main thread.", heapUsed],
      ["process_cpu_seconds", "Processor time used.", process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6],
      ["process_uptime_seconds", "Time since the start.", process.uptime()],
    ]; // prettier-ignore
    for (const [name, help, value] of gauges) this.#metrics.set(name, help, value);
    loop.reset();
    return this.#metrics.text();
  }

  #callMetrics(type: UdfType): CallMetrics {
    let metrics = this.#calls.get(type);
    if (metrics === undefined) this.#calls.set(type, (metrics = new CallMetrics(this.#metrics, type)));
    return metrics;
  }

  close(): void {
    this.#loopDelay.disable();
  }
}
