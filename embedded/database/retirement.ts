import { coerceError } from "../errors.ts";
import type { MaintenanceList } from "./catalog-store.ts";
import type { TableInfo } from "./catalog.ts";
import type { Store } from "./store.ts";
import type { Timestamp } from "./types.ts";

// Rows of a dropped index deleted per turn of the event loop: a few milliseconds of work.
const DROP_SLICE_ROWS = 500;

// Who has chosen an instant opens his snapshot of it a moment later: a session waits for the disk first, and then runs
// query after query. Far longer than either takes.
export const GRACE_MS = 10_000;

interface RetirementHost {
  readonly store: Store;
  readonly maintenance: MaintenanceList;
  /** Asks for the open write batch to be committed at the end of the turn. */
  flush(): void;
  /** Reports that writing failed. */
  fail(error: Error): void;
  /** Called when `release` may let go of more than before. */
  onAged(): void;
}

interface Retired {
  ts: Timestamp;
  tablet: number;
  ix: number;
  isAged: boolean;
}

/**
 * What a commit did away with, indexes or whole tables: kept for the open snapshots that may read it, then deleted a
 * slice per turn. On disk it counts as dropped from the commit on, so that a restart goes on deleting.
 */
export class Retirement {
  readonly #drops: number[] = [];
  #retired: Retired[] = [];
  #isDropping = false;
  #isClosed = false;

  constructor(private readonly host: RetirementHost) {}

  get hasRetired(): boolean {
    return this.#retired.length > 0;
  }

  /** Indexes of `previous` that `table` does without; they stay up to date as long as older snapshots may read them. */
  retireIndexes(previous: TableInfo, table: TableInfo, ts: Timestamp): void {
    const { maintenance } = this.host;
    const kept = new Set([...table.ordered, ...table.searches.values()].map(({ ix }) => ix));
    for (const index of previous.ordered) {
      if (kept.has(index.ix)) continue;
      maintenance.addOrdered(table.tablet, index);
      this.#retire(table.tablet, index.ix, ts);
    }
    for (const index of previous.searches.values()) {
      if (kept.has(index.ix)) continue;
      maintenance.addSearch(table.tablet, index);
      this.#retire(table.tablet, index.ix, ts);
    }
    this.#age(ts);
  }

  /** A table that another one has replaced, with all its documents. Nothing is written into it any more. */
  retireTable(table: TableInfo, ts: Timestamp): void {
    for (const { ix } of [...table.ordered, ...table.searches.values()]) this.#retire(table.tablet, ix, ts);
    this.host.store.abandonDocuments(table.byId.ix);
    this.#age(ts);
  }

  /**
   * Lets go of what neither an open snapshot nor one about to be opened needs; `oldestOpen` is the oldest one. Returns the instant before which no snapshot
   * may be opened any more, or null when nothing changed.
   */
  release(oldestOpen: Timestamp | null): Timestamp | null {
    const isFree = ({ ts, isAged }: Retired) => isAged && (oldestOpen === null || oldestOpen >= ts);
    const free = this.#retired.filter(isFree);
    this.#retired = this.#retired.filter((entry) => !isFree(entry));
    for (const { tablet, ix } of free) this.host.maintenance.remove(tablet, ix);
    this.drop(free.map(({ ix }) => ix));
    return free.at(-1)?.ts ?? null;
  }

  /** Deletes the entries of indexes nobody uses any more, a slice per turn. */
  drop(numbers: readonly number[]): void {
    for (const ix of numbers) this.host.store.dropIndex(ix);
    this.#drops.push(...numbers);
    if (this.#isDropping || this.#drops.length === 0) return;
    this.#isDropping = true;
    setImmediate(() => this.#dropSlice());
  }

  close(): void {
    this.#isClosed = true;
  }

  #retire(tablet: number, ix: number, ts: Timestamp): void {
    this.host.store.dropIndex(ix);
    this.#retired.push({ ts, tablet, ix, isAged: false });
  }

  #age(ts: Timestamp): void {
    const timer = setTimeout(() => {
      if (this.#isClosed) return;
      for (const retired of this.#retired) if (retired.ts === ts) retired.isAged = true;
      this.host.onAged();
    }, GRACE_MS);
    timer.unref();
  }

  #dropSlice(): void {
    const [ix] = this.#drops;
    if (ix === undefined || this.#isClosed) {
      this.#isDropping = false;
      return;
    }
    try {
      if (this.host.store.deleteIndexSlice(ix, DROP_SLICE_ROWS)) this.#drops.shift();
    } catch (error) {
      this.host.fail(coerceError(error));
      return;
    }
    this.host.flush();
    setImmediate(() => this.#dropSlice());
  }
}
