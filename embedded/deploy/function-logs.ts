// Convex keeps the last thousand executions in memory and answers a poll after at most a minute (convex-facts c.3).
const KEPT_ENTRIES = 1000;
const LONGEST_POLL_MS = 60_000;

interface Kept {
  cursor: number;
  entry: unknown;
}

/** What `stream_function_logs` answers. */
export interface LogPage {
  entries: unknown[];
  newCursor: number;
}

/**
 * The ring of function executions behind `npx convex logs`. Cursors are wall-clock milliseconds made strictly
 * increasing, so that a cursor from before a restart still means "everything newer".
 */
export class FunctionLogs {
  readonly #kept: Kept[] = [];
  readonly #waiters = new Set<() => void>();
  #isClosed = false;
  #lastCursor = 0;

  constructor(
    private readonly wallMs: () => number,
    private readonly limit = KEPT_ENTRIES,
  ) {}

  /** Takes an entry in the wire form of convex-facts c.3. */
  append(entry: unknown): void {
    // A thousandth of a millisecond is above the resolution of doubles at today's dates.
    this.#lastCursor = Math.max(this.wallMs(), this.#lastCursor + 0.001);
    this.#kept.push({ cursor: this.#lastCursor, entry });
    if (this.#kept.length > this.limit) this.#kept.shift();
    for (const wake of this.#waiters) wake();
  }

  /**
   * Entries after `cursor`; waits for one when there is none. Cursor 0 is answered at once: the CLI takes its first
   * answer as history and would lose what it had to wait for.
   */
  async poll(cursor: number, signal: AbortSignal, longestMs = LONGEST_POLL_MS): Promise<LogPage> {
    if (cursor > 0 && !this.#isClosed && !this.#hasNewerThan(cursor)) await this.#nextEntry(signal, longestMs);
    const entries = this.#kept.filter((kept) => kept.cursor > cursor);
    const newCursor = entries.at(-1)?.cursor ?? (cursor > 0 ? cursor : this.wallMs());
    this.#lastCursor = Math.max(this.#lastCursor, newCursor);
    return { entries: entries.map((kept) => kept.entry), newCursor };
  }

  /** Answers everyone who waits, now and later, at once: the server is stopping. */
  close(): void {
    this.#isClosed = true;
    for (const wake of this.#waiters) wake();
  }

  #hasNewerThan(cursor: number): boolean {
    return (this.#kept.at(-1)?.cursor ?? 0) > cursor;
  }

  #nextEntry(signal: AbortSignal, longestMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiters.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, longestMs);
      this.#waiters.add(done);
      signal.addEventListener("abort", done);
    });
  }
}
