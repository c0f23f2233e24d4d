import type { TableInfo } from "./catalog.ts";
import type { StoredDoc } from "./stored-doc.ts";
import type { Timestamp } from "./types.ts";

// Far more than the distinct questions the backend asks of its own small tables.
const KEPT_ANSWERS = 1000;

/**
 * Answers of system reads that nearly every function run repeats. An answer is good for every snapshot between the
 * table's last write and now, so nothing has to be forgotten when the table changes.
 */
export class RowMemory {
  readonly #lastWrites = new Map<number, Timestamp>();
  readonly #answers = new Map<string, { ts: Timestamp; rows: readonly StoredDoc[] }>();

  noteWrite(table: TableInfo, ts: Timestamp): void {
    this.#lastWrites.set(table.tablet, ts);
  }

  /** `question` names index, range and order. Null when the answer is not known for the snapshot `at`. */
  find(table: TableInfo, question: string, at: Timestamp): readonly StoredDoc[] | null {
    const answer = this.#answers.get(question);
    const lastWrite = this.#lastWrites.get(table.tablet) ?? 0n;
    return answer === undefined || lastWrite > answer.ts || lastWrite > at ? null : answer.rows;
  }

  /** `rows` is what a transaction without writes of its own to the table read at `ts`. */
  add(question: string, ts: Timestamp, rows: readonly StoredDoc[]): void {
    if (this.#answers.size >= KEPT_ANSWERS) this.#answers.clear();
    this.#answers.set(question, { ts, rows });
  }
}
