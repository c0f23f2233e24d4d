import { encodeId } from "../value/ids.ts";
import type { KeyBytes } from "../value/key.ts";
import { CATALOG_INDEX, type Catalog, type TableInfo } from "./catalog.ts";
import type { IndexedText, RecordedReads } from "./read-set.ts";
import type { StoredDoc } from "./stored-doc.ts";
import type { Timestamp } from "./types.ts";

// How long commits are remembered for `begin({at})` and `subscribe(since)` (convex-facts g.3), unless they take more
// than the byte limit. However old they look, some are kept, since a test clock may jump by days; however large they
// are, the last few, which what runs now may still ask about.
const RETENTION_MS = 30_000;
const RETENTION_BYTES = 16 << 20;
const KEPT_WHEN_OLD = 64;
const KEPT_WHEN_LARGE = 4;
// Open snapshots keep the log alive up to here; beyond it they are given up, so that a forgotten one cannot fill the memory.
const PINNED_BYTES = 512 << 20;

/**
 * One document before a commit, with its keys in every maintained index before and after. What it became is in the file:
 * here it would only be kept from the garbage collector.
 */
export interface LoggedChange {
  readonly table: TableInfo;
  readonly idBytes: KeyBytes;
  readonly rowid: number;
  readonly before: StoredDoc | null;
  readonly entries: readonly IndexEntryChange[];
  readonly texts: readonly TextChange[];
}

/** Keys may be worked out when they are asked for: ask only where somebody reads the index. */
export interface IndexEntryChange {
  readonly ix: number;
  readonly oldKey: KeyBytes | null;
  readonly newKey: KeyBytes | null;
}

export interface TextChange {
  readonly ix: number;
  readonly before: IndexedText | null;
  readonly after: IndexedText | null;
}

export interface Commit {
  readonly ts: Timestamp;
  readonly writer: string | null;
  readonly changes: readonly LoggedChange[];
  readonly catalogKeys: readonly KeyBytes[];
  /** The catalog before this commit, when it changed it. */
  readonly catalogBefore: Catalog | null;
  readonly committedAtMs: number;
  readonly bytes: number;
}

/** What a commit and a read set have in common. */
interface Overlap {
  table: string;
  documentId: string;
}

/** The recent commits, oldest first. */
export class WriteLog {
  /** Those before `#head` are forgotten; the array is cut now and then, not for every one. */
  #commits: (Commit | undefined)[] = [];
  #head = 0;
  #bytes = 0;

  /** Everything after `floor` is known; questions about earlier instants cannot be answered. */
  constructor(private floorTs: Timestamp) {}

  get floor(): Timestamp {
    return this.floorTs;
  }

  /** From now on nothing is known about what was before `ts`. */
  raiseFloor(ts: Timestamp): void {
    if (ts > this.floorTs) this.floorTs = ts;
  }

  append(commit: Commit): void {
    this.#commits.push(commit);
    this.#bytes += commit.bytes;
  }

  /** Commits with ts > `since`, oldest first. */
  *since(since: Timestamp): Iterable<Commit> {
    let low = this.#head;
    let high = this.#commits.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const commit = this.#commits[middle];
      if (commit !== undefined && commit.ts <= since) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < this.#commits.length; i++) {
      const commit = this.#commits[i];
      if (commit !== undefined) yield commit;
    }
  }

  /** Forgets what neither time nor an open snapshot (`oldestOpen`) asks for. */
  prune(nowMs: number, oldestOpen: Timestamp | null): void {
    for (;;) {
      const commit = this.#commits[this.#head];
      const kept = this.#commits.length - this.#head;
      if (commit === undefined || kept <= KEPT_WHEN_LARGE) break;
      const isYoung = kept <= KEPT_WHEN_OLD || nowMs - commit.committedAtMs < RETENTION_MS;
      const isRecent = isYoung && this.#bytes <= RETENTION_BYTES;
      const isPinned = oldestOpen !== null && commit.ts > oldestOpen && this.#bytes <= PINNED_BYTES;
      if (isRecent || isPinned) break;
      this.raiseFloor(commit.ts);
      this.#bytes -= commit.bytes;
      this.#commits[this.#head++] = undefined;
    }
    if (this.#head > 1024 && this.#head * 2 > this.#commits.length) {
      this.#commits = this.#commits.slice(this.#head);
      this.#head = 0;
    }
  }
}

/** The first thing in `commit` that `reads` depends on, or null. */
export function findOverlap(reads: RecordedReads, commit: Commit): Overlap | null {
  for (const change of commit.changes) {
    if (changeTouches(reads, change)) {
      return { table: change.table.name, documentId: encodeId(change.idBytes) };
    }
  }
  for (const key of commit.catalogKeys) {
    if (reads.contains(CATALOG_INDEX, key)) return { table: "_tables", documentId: "" };
  }
  return null;
}

function changeTouches(reads: RecordedReads, change: LoggedChange): boolean {
  for (const entry of change.entries) {
    const { ix } = entry;
    // A key may have to be worked out first.
    if (!reads.readsOf(ix)) continue;
    const { oldKey, newKey } = entry;
    if (oldKey !== null && reads.contains(ix, oldKey)) return true;
    if (newKey !== null && newKey !== oldKey && reads.contains(ix, newKey)) return true;
  }
  for (const { ix, before, after } of change.texts) {
    if (before !== null && reads.containsText(ix, before)) return true;
    if (after !== null && reads.containsText(ix, after)) return true;
  }
  return false;
}
