import type { Clock } from "../clock.ts";
import { parseFunctionPath, shortPath } from "./function-path.ts";
import type { DiscardedTry } from "./mutation-runner.ts";
import type { FunctionCall, FunctionError, LogLine, UdfType } from "./types.ts";

interface WireLine {
  messages: string[];
  level: LogLine["level"];
  /** Epoch ms. */
  timestamp: number;
  isTruncated: boolean;
}

interface EntryHead {
  /** `dir/mod:fn`. */
  identifier: string;
  udfType: UdfType;
  componentPath?: string | undefined;
  /** Epoch seconds. */
  timestamp: number;
  logLines: WireLine[];
  requestId: string;
  executionId: string;
}

/** Which write a try of a mutation met (convex-facts g.2). */
interface OccInfo {
  tableName: string;
  documentId: string;
  writeSource: string | null;
  /** Tries before this one. */
  retryCount: number;
}

/** One execution, or lines of one still going on, as `stream_function_logs` sends it (convex-facts c.3). */
export type FunctionLogEntry =
  | (EntryHead & {
      kind: "Completion";
      cachedResult: boolean;
      /** Seconds. */
      executionTime: number;
      success: null;
      error: string | null;
      caller: FunctionCall["caller"];
      usageStats: Record<string, never>;
      executionTimestamp: number;
      identityType: string;
      environment: "isolate" | "node";
      /** Of a mutation's try that met somebody else's write. */
      occInfo?: OccInfo | undefined;
      /** Set for a try that is made again. */
      willRetry?: true | undefined;
    })
  | (EntryHead & { kind: "Progress" });

export type LogSink = (entry: FunctionLogEntry) => void;

const IDENTITY_TYPES = {
  anonymous: "unknown",
  invalid: "unknown",
  user: "user",
  admin: "instance_admin",
  system: "system",
} as const;

function wireLine(line: LogLine): WireLine {
  const { level, messages, timestampMs, isTruncated } = line;
  return { level, messages, timestamp: timestampMs, isTruncated };
}

function occInfoOf({ conflict, retries }: DiscardedTry): OccInfo {
  const { table, documentId, writer } = conflict;
  return { tableName: table, documentId, writeSource: writer, retryCount: retries };
}

function identifierOf(path: string): string {
  try {
    return shortPath(parseFunctionPath(path));
  } catch {
    // A path that is none still has to be told about.
    return path;
  }
}

/** Writes what ran to the log stream. `executionId` ties the lines of one run together. */
export class FunctionLog {
  readonly #sink: LogSink;
  readonly #clock: Clock;

  constructor(sink: LogSink, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  completed(
    call: FunctionCall,
    udfType: UdfType,
    executionId: string,
    ended: {
      logLines: readonly LogLine[];
      executionMs: number;
      error: FunctionError | null;
      cached: boolean;
      /** Isolate when absent. */
      environment?: "isolate" | "node";
      discarded?: DiscardedTry | undefined;
      willRetry?: boolean;
    },
  ): void {
    const timestamp = this.#clock.nowMs() / 1000;
    // One literal: this is made for every call.
    this.#sink({
      identifier: identifierOf(call.path),
      udfType,
      componentPath: call.component === "" ? undefined : call.component,
      timestamp,
      logLines: ended.logLines.map(wireLine),
      requestId: call.requestId,
      executionId,
      kind: "Completion",
      cachedResult: ended.cached,
      executionTime: ended.executionMs / 1000,
      success: null,
      error: ended.error?.message ?? null,
      caller: call.caller,
      usageStats: {},
      executionTimestamp: timestamp - ended.executionMs / 1000,
      identityType: IDENTITY_TYPES[call.identity.kind],
      environment: ended.environment ?? "isolate",
      // JSON leaves out what is undefined.
      occInfo: ended.discarded === undefined ? undefined : occInfoOf(ended.discarded),
      willRetry: ended.willRetry === true ? true : undefined,
    });
  }

  progressed(call: FunctionCall, udfType: UdfType, executionId: string, line: LogLine): void {
    this.#sink({ ...this.#head(call, udfType, executionId, [line]), kind: "Progress" });
  }

  #head(call: FunctionCall, udfType: UdfType, executionId: string, lines: readonly LogLine[]): EntryHead {
    return {
      identifier: identifierOf(call.path),
      udfType,
      ...(call.component === "" ? {} : { componentPath: call.component }),
      timestamp: this.#clock.nowMs() / 1000,
      logLines: lines.map(wireLine),
      requestId: call.requestId,
      executionId,
    };
  }
}
