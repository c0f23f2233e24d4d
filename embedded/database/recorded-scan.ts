import { keyAfter, type KeyBytes } from "../value/key.ts";
import type { IndexInfo, TableInfo } from "./catalog.ts";
import type { Interval } from "./read-set.ts";
import { IndexScan, type ScannedRow } from "./scan.ts";
import type { TxCore } from "./tx-core.ts";

/** A scan that records what it read: up to the last row returned, and the whole range once it is exhausted. */
export class RecordedScan {
  readonly #scan: IndexScan;
  #interval: Interval | null = null;

  constructor(
    private readonly core: TxCore,
    table: TableInfo,
    private readonly index: IndexInfo,
    private readonly range: { lo: KeyBytes; hi: KeyBytes },
    private readonly order: "asc" | "desc",
    expectedRows: number | null,
  ) {
    this.#scan = new IndexScan(core.host.store, core, table, index.ix, range.lo, range.hi, order, expectedRows);
  }

  next(): ScannedRow | null {
    if (this.range.lo >= this.range.hi) return null;
    this.core.requireOpen();
    const row = this.#scan.next();
    if (row === null) this.#record(this.range.lo, this.range.hi);
    else if (this.order === "asc") this.#record(this.range.lo, keyAfter(row.key));
    else this.#record(row.key, this.range.hi);
    return row;
  }

  #record(lo: KeyBytes, hi: KeyBytes): void {
    const { ix } = this.index;
    if (this.#interval === null) this.#interval = this.core.reads.addRange(ix, lo, hi);
    else this.core.reads.widen(ix, this.#interval, lo, hi);
  }
}
