import type { IndexInfo, TableInfo } from "./catalog.ts";
import { type Interval, ScannedInterval } from "./read-set.ts";
import { IndexScan, type ScannedRow } from "./scan.ts";
import type { TxCore } from "./tx-core.ts";

/** A scan that records what it read: up to the last row returned, and the whole range once it is exhausted. */
export class RecordedScan {
  readonly #scan: IndexScan;
  #interval: ScannedInterval | null = null;

  constructor(
    private readonly core: TxCore,
    table: TableInfo,
    private readonly index: IndexInfo,
    private readonly range: Interval,
    private readonly order: "asc" | "desc",
    expectedRows: number | null,
  ) {
    this.#scan = new IndexScan(core.host.store, core, table, index, range, order, expectedRows);
  }

  next(): ScannedRow | null {
    if (this.range.lo >= this.range.hi) return null;
    this.core.requireOpen();
    const row = this.#scan.next();
    if (this.#interval === null) {
      this.#interval = new ScannedInterval(this.range, this.order);
      this.core.reads.addRange(this.index.ix, this.#interval);
    } else this.core.reads.grown(this.index.ix);
    this.#interval.readTo(row);
    if (row?.isInFile === true) this.core.remember(row.doc);
    return row;
  }
}
