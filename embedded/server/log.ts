import { coerceError } from "../errors.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** One event with its facts. Values are shown as they are: never pass a secret. */
export type Log = (level: LogLevel, event: string, facts?: Record<string, unknown>) => void;

const RANKS: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Writes one line per event to `write`: `2026-11-20T20:15:00.000Z WARN event key=value`. */
export function createLog(lowest: LogLevel, write: (line: string) => void): Log {
  return (level, event, facts = {}) => {
    if (RANKS[level] < RANKS[lowest]) return;
    const pairs = Object.entries(facts).map(([name, value]) => ` ${name}=${factText(value)}`);
    write(`${new Date().toISOString()} ${level.toUpperCase()} ${event}${pairs.join("")}\n`);
  };
}

function factText(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.stack ?? value.message);
  if (typeof value === "string") return /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value) ?? "undefined";
}

/** An unexpected error with its stack. */
export function logUnexpected(log: Log, event: string, thrown: unknown, facts: Record<string, unknown> = {}): void {
  log("error", event, { ...facts, error: coerceError(thrown) });
}
