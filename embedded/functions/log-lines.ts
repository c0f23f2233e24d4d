import type { LogLine } from "./types.ts";

// Convex's limits (convex-facts f.5).
const MAX_LINES = 256;
const MAX_LINE_BYTES = 32_768;

const TRUNCATION_MARK = " (truncated due to length)";
const OVERFLOW_MESSAGE = "Log overflow (maximum 256). Remaining log lines omitted.";

/** How a line reads in client messages: `[LOG] 'text' 42` (convex-facts a.10). */
export function formatLogLine(line: LogLine): string {
  return `[${line.level}] ${line.messages.join(" ")}`;
}

/** Cuts UTF-8 text to `maxBytes` without splitting a character. */
function cutToBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString();
}

/** One console line; `messages` are its arguments as text. */
export function makeLogLine(level: LogLine["level"], messages: string[], timestampMs: number): LogLine {
  const text = messages.join(" ");
  if (Buffer.byteLength(text) <= MAX_LINE_BYTES) return { level, messages, timestampMs, isTruncated: false };
  const cut = cutToBytes(text, MAX_LINE_BYTES - TRUNCATION_MARK.length) + TRUNCATION_MARK;
  return { level, messages: [cut], timestampMs, isTruncated: true };
}

/** Lines of one run, sub-functions included; the 256th says that the rest is missing. */
export class LogCollector {
  readonly lines: LogLine[] = [];
  readonly #onLine: ((line: LogLine) => void) | null;

  /** `onLine` sees each kept line as it is written (live logs of actions). */
  constructor(onLine: ((line: LogLine) => void) | null = null) {
    this.#onLine = onLine;
  }

  add(level: LogLine["level"], messages: string[], timestampMs: number): void {
    if (this.lines.length >= MAX_LINES) return;
    const isLast = this.lines.length === MAX_LINES - 1;
    const line = isLast
      ? makeLogLine("ERROR", [OVERFLOW_MESSAGE], timestampMs)
      : makeLogLine(level, messages, timestampMs);
    this.lines.push(line);
    this.#onLine?.(line);
  }
}
