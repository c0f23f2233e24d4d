import { inspect } from "node:util";
import { inspectValue } from "./inspect.ts";
import type { LogLine } from "./types.ts";

/** Methods of the `console` that functions see. */
export const CONSOLE_METHODS = [
  "debug",
  "error",
  "info",
  "log",
  "warn",
  "trace",
  "dir",
  "table",
  "assert",
  "count",
  "countReset",
  "group",
  "groupCollapsed",
  "groupEnd",
  "time",
  "timeLog",
  "timeEnd",
] as const;

export type ConsoleMethod = (typeof CONSOLE_METHODS)[number];

function inspectAsNode(value: unknown): string {
  return inspect(value, { depth: 4, breakLength: 80 });
}

type Write = (level: LogLine["level"], messages: string[]) => void;

const PLAIN_LEVELS = { debug: "DEBUG", error: "ERROR", info: "INFO", log: "LOG", warn: "WARN" } as const;

/**
 * Turns calls of one run's `console` into lines (convex-facts d.1). `nowMs` is the real clock: timers measure running
 * time even where `Date.now()` stands still.
 */
export class ConsoleCalls {
  readonly #write: Write;
  readonly #nowMs: () => number;
  readonly #isNode: boolean;
  readonly #shown: (value: unknown) => string;
  readonly #timers = new Map<string, number>();
  readonly #counts = new Map<string, number>();

  /** `isNode`: values look as Node shows them, and what timers say is quoted like any other text. */
  constructor(write: Write, nowMs: () => number, isNode = false) {
    this.#write = write;
    this.#nowMs = nowMs;
    this.#isNode = isNode;
    this.#shown = isNode ? inspectAsNode : inspectValue;
  }

  /** `stack` is asked for by `trace` only. */
  call(method: ConsoleMethod, args: readonly unknown[], stack: () => string): void {
    switch (method) {
      case "debug":
      case "error":
      case "info":
      case "log":
      case "warn":
        this.#write(PLAIN_LEVELS[method], args.map(this.#shown));
        return;
      case "dir":
      case "table":
      case "group":
      case "groupCollapsed":
        this.#write("LOG", args.map(this.#shown));
        return;
      case "groupEnd":
        return;
      case "trace":
        this.#write("LOG", [...args.map(this.#shown), `\n${stack()}`]);
        return;
      case "assert":
        if (!args[0]) this.#write("ERROR", ["Assertion failed", ...args.slice(1).map(this.#shown)]);
        return;
      case "count":
        this.#count(label(args));
        return;
      case "countReset":
        this.#counts.delete(label(args));
        return;
      case "time":
        this.#time(label(args));
        return;
      case "timeLog":
        this.#elapsed(label(args), args.slice(1), false);
        return;
      case "timeEnd":
        this.#elapsed(label(args), [], true);
        return;
    }
  }

  #count(name: string): void {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    this.#write("INFO", [`${name}: ${count}`]);
  }

  #time(name: string): void {
    if (this.#timers.has(name)) this.#writeTimer("WARN", `Timer '${name}' already exists`);
    else this.#timers.set(name, this.#nowMs());
  }

  #elapsed(name: string, extra: readonly unknown[], end: boolean): void {
    const startedMs = this.#timers.get(name);
    if (startedMs === undefined) {
      this.#writeTimer("WARN", `Timer '${name}' does not exist`);
      return;
    }
    if (end) this.#timers.delete(name);
    this.#writeTimer("INFO", `${name}: ${Math.round(this.#nowMs() - startedMs)}ms`, extra);
  }

  #writeTimer(level: LogLine["level"], text: string, extra: readonly unknown[] = []): void {
    this.#write(level, [this.#isNode ? inspectAsNode(text) : text, ...extra.map(this.#shown)]);
  }
}

function label(args: readonly unknown[]): string {
  const [name] = args;
  if (name === undefined) return "default";
  return name === null ? "null" : (name as { toString(): string }).toString();
}
