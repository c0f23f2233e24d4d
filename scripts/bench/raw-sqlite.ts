import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "libsql";

/** The same library with nothing around it: what one thread can commit or insert with `synchronous=FULL`. */
export class RawSqlite {
  readonly #dir = mkdtempSync(join(tmpdir(), "switchboard-bench-raw-"));
  readonly #db = new Sqlite(join(this.#dir, "raw.sqlite"));
  readonly #insert: Sqlite.Statement;

  constructor() {
    this.#db.pragma("journal_mode = WAL");
    this.#db.pragma("synchronous = FULL");
    this.#db.exec("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL)");
    this.#insert = this.#db.prepare("INSERT INTO notes (body) VALUES (?)");
  }

  /** Rows per second when every `batch` of them is one commit. */
  rowsPerSecond(body: string, batch: number, durationMs: number): number {
    const startedMs = performance.now();
    let rows = 0;
    while (performance.now() - startedMs < durationMs) {
      this.#db.exec("BEGIN IMMEDIATE");
      for (let i = 0; i < batch; i++) this.#insert.run([body]);
      this.#db.exec("COMMIT");
      rows += batch;
    }
    return rows / ((performance.now() - startedMs) / 1000);
  }

  close(): void {
    this.#db.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
