import type Sqlite from "libsql";

// Far above anything that uses an index; what takes longer holds up everybody.
const SLOW_STATEMENT_MS = 100;

/** Told about statements that take longer than SLOW_STATEMENT_MS. The text has placeholders, no values. */
export type OnSlowStatement = (sql: string, durationMs: number) => void;

/** Runs `run` and tells `onSlow` when it took too long. */
export function timed<T>(text: string, onSlow: OnSlowStatement, run: () => T): T {
  const startedMs = performance.now();
  const result = run();
  const durationMs = performance.now() - startedMs;
  if (durationMs > SLOW_STATEMENT_MS) onSlow(text, durationMs);
  return result;
}

/** A prepared statement that gives rows as arrays. */
export class TimedStatement {
  readonly #statement: Sqlite.Statement;

  constructor(
    db: Sqlite.Database,
    private readonly text: string,
    private readonly onSlow: OnSlowStatement,
  ) {
    this.#statement = db.prepare(text);
    // Raw mode is refused for statements that return no rows.
    if (/^\s*SELECT/.test(text)) this.#statement.raw(true);
  }

  get(values: readonly unknown[]): unknown {
    return timed(this.text, this.onSlow, () => this.#statement.get(values) as unknown);
  }

  all(values: readonly unknown[]): unknown[] {
    return timed(this.text, this.onSlow, () => this.#statement.all(values) as unknown[]);
  }

  run(values: readonly unknown[]): Sqlite.RunResult {
    return timed(this.text, this.onSlow, () => this.#statement.run(values));
  }
}
