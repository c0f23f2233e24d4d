import type { Value } from "convex/values";
import { indexText, writePostings } from "../search/search-index.ts";
import { resolveCommitTs } from "../value/document.ts";
import type { KeyBytes } from "../value/key.ts";
import type { IndexInfo, SearchIndexInfo, TableInfo } from "./catalog.ts";
import { indexKey, standsAlike, StoredDoc } from "./stored-doc.ts";
import type { Store } from "./store.ts";
import type { PendingWrite } from "./tx-core.ts";
import type { Timestamp } from "./types.ts";
import type { IndexEntryChange, LoggedChange, TextChange } from "./write-log.ts";

/** One document before and after a commit, with its keys in every maintained index. */
export interface Change {
  readonly table: TableInfo;
  readonly before: StoredDoc | null;
  readonly after: StoredDoc | null;
  readonly entries: readonly IndexEntryChange[];
  readonly texts: readonly TextChange[];
  /** What keys that stay are worked out from. */
  readonly origin: Origin;
}

/** The indexes of a table that must follow its documents: those in use, staged ones, and those being built. */
export interface MaintainedIndexes {
  readonly ordered: readonly IndexInfo[];
  readonly searches: readonly SearchIndexInfo[];
}

/** What committing a pending write at `ts` changes, or null when nothing remains of it. */
export function toChange(
  write: PendingWrite,
  table: TableInfo,
  maintained: MaintainedIndexes,
  ts: Timestamp,
  allocateRow: () => number,
): Change | null {
  const { before } = write;
  const after = write.after === null ? null : finalVersion(write.after, write.hasCommitTs, ts);
  if (before === null && after === null) return null;
  if (after !== null && after.rowid === 0) after.rowid = before?.rowid ?? allocateRow();
  const origin = new Origin(before);
  return {
    table,
    before,
    after,
    origin,
    entries: maintained.ordered.map((index) => entryChange(index, before, after, origin)),
    texts: maintained.searches.map((index) => ({
      ix: index.ix,
      before: indexText(index, before),
      after: indexText(index, after),
    })),
  };
}

function entryChange(
  index: IndexInfo,
  before: StoredDoc | null,
  after: StoredDoc | null,
  origin: Origin,
): IndexEntryChange {
  if (before !== null && after !== null && standsAlike(index, before, after)) return new StayingEntry(index, origin);
  const oldKey = before === null ? null : indexKey(index, before);
  return { ix: index.ix, oldKey, newKey: after === null ? null : indexKey(index, after) };
}

/** The document before a change: at first as it was read, later as the log keeps it. */
class Origin {
  #isKept = false;

  constructor(private document: StoredDoc | null) {}

  get doc(): StoredDoc {
    if (this.document === null) throw new Error("A new document has no place that it stays in");
    // What the log keeps does not hold on to what is read from its text.
    return this.#isKept ? this.document.unread() : this.document;
  }

  keep(document: StoredDoc | null): void {
    this.document = document;
    this.#isKept = true;
  }
}

/** Most changes touch few indexes, and nobody looks at most of the others: their keys are worked out when somebody does. */
class StayingEntry implements IndexEntryChange {
  #key: KeyBytes | null = null;

  constructor(
    private readonly index: IndexInfo,
    private readonly origin: Origin,
  ) {}

  get ix(): number {
    return this.index.ix;
  }

  get oldKey(): KeyBytes {
    return (this.#key ??= indexKey(this.index, this.origin.doc));
  }

  get newKey(): KeyBytes {
    return this.oldKey;
  }
}

/** What the log keeps of a change. */
export function toLogged({ table, before, after, entries, texts }: Change): LoggedChange {
  const doc = after ?? before;
  if (doc === null) throw new Error("A change without a document");
  return { table, idBytes: doc.idBytes, rowid: doc.rowid, before: before?.compact() ?? null, entries, texts };
}

// Bytes of memory, measured: of a change, of each of its index entries with two keys, and of a document besides its text.
const CHANGE_BYTES = 300;
const ENTRY_BYTES = 150;
const DOCUMENT_BYTES = 150;

/** How much memory the log needs for a change. Indexed texts are counted as part of their document. */
export function loggedBytes({ before, after, entries, texts }: Change): number {
  const textBytes = texts.length === 0 ? 0 : (before?.size ?? 0) + (after?.size ?? 0);
  const beforeBytes = before === null ? 0 : DOCUMENT_BYTES + before.size;
  return CHANGE_BYTES + ENTRY_BYTES * entries.length + beforeBytes + textBytes;
}

/** Writes a change into the file's open batch. */
export function applyChange(store: Store, change: Change, maintained: MaintainedIndexes): void {
  const { before, after } = change;
  const doc = after ?? before;
  if (doc === null) return;
  if (after === null) store.deleteDocument(doc.rowid);
  else if (before === null) store.insertDocument(after.rowid, after.json, after.size);
  else if (before.json !== after.json) store.updateDocument(after.rowid, after.json, after.size);
  for (const entry of change.entries) {
    if (entry instanceof StayingEntry) continue;
    const { ix, oldKey, newKey } = entry;
    if (oldKey === newKey) continue;
    if (oldKey !== null) store.deleteEntry(ix, oldKey);
    if (newKey !== null) store.putEntry(ix, newKey, doc.rowid);
  }
  for (const [position, index] of maintained.searches.entries()) {
    const text = change.texts[position];
    if (text !== undefined) writePostings(store, index, doc.rowid, doc.creationTime, text.before, text.after);
  }
}

function finalVersion(doc: StoredDoc, hasCommitTs: boolean, ts: Timestamp): StoredDoc {
  if (!hasCommitTs) return doc;
  const value = resolveCommitTs(doc.value, ts) as Record<string, Value>;
  // A placeholder is as large as a timestamp.
  return new StoredDoc(doc.tableInfo, doc.idBytes, null, doc.size, doc.rowid, value);
}
