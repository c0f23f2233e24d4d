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

// Rows that one statement takes: half of what each row costs alone is the statement. What does not fill one of these
// goes into the next smaller.
const ROWS_AT_ONCE = [32, 8, 4, 2, 1];
const MOST_ROWS = 32;

/** Rows to be inserted, in order, several by one statement. Whoever reads the table must `flush` first. */
export class RowBuffer {
  readonly #statements = new Map<number, TimedStatement>();
  readonly #columns: number;
  #values: unknown[] = [];

  /** `insert` is the statement up to `VALUES`; `row` the placeholders of one row. */
  constructor(
    private readonly db: Sqlite.Database,
    private readonly insert: string,
    private readonly row: string,
    private readonly onSlow: OnSlowStatement,
  ) {
    this.#columns = row.split(",").length;
  }

  get isEmpty(): boolean {
    return this.#values.length === 0;
  }

  add(first: unknown, second: unknown, third: unknown): void {
    this.#values.push(first, second, third);
    if (this.#values.length >= MOST_ROWS * this.#columns) this.flush();
  }

  flush(): void {
    const values = this.#values;
    this.#values = [];
    let from = 0;
    for (const rows of ROWS_AT_ONCE) {
      const width = rows * this.#columns;
      for (; values.length - from >= width; from += width) {
        this.#statement(rows).run(from === 0 && values.length === width ? values : values.slice(from, from + width));
      }
    }
  }

  /** Forgets what was not written, and lets go of the prepared statements, which keep a connection open. */
  close(): void {
    this.#values = [];
    this.#statements.clear();
  }

  #statement(rows: number): TimedStatement {
    let statement = this.#statements.get(rows);
    if (statement === undefined) {
      const text = `${this.insert} VALUES ${Array(rows).fill(this.row).join(", ")}`;
      this.#statements.set(rows, (statement = new TimedStatement(this.db, text, this.onSlow)));
    }
    return statement;
  }
}
