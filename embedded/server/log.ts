import { coerceError } from "../errors.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One event with its facts. Values are shown as they are: never pass a secret. */
export type Log = (level: LogLevel, event: string, facts?: Record<string, unknown>) => void;

/** Writes one line per event to `write`: `2026-11-20T20:15:00.000Z WARN event key=value`. */
export function createLog(lowest: LogLevel, write: (line: string) => void): Log {
  const written = new Set(LOG_LEVELS.slice(LOG_LEVELS.indexOf(lowest)));
  return (level, event, facts = {}) => {
    if (!written.has(level)) return;
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
