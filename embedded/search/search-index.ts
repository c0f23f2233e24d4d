import { createHash } from "node:crypto";
import type { SearchIndexInfo } from "../database/catalog.ts";
import type { IndexedText } from "../database/read-set.ts";
import type { StoredDoc } from "../database/stored-doc.ts";
import type { Store } from "../database/store.ts";
import { fieldAt } from "../value/document.ts";
import { encodeValueKey, keyToBuffer, type KeyBytes } from "../value/key.ts";
import type { PostingColumns } from "./posting-block.ts";
import { deletePosting, hasPosting } from "./postings.ts";
import { tokenize } from "./tokenizer.ts";
import { putPostings } from "./waiting-postings.ts";

// Longer filter values are kept as a digest; the document itself is checked before it is returned.
const MAX_PART_BYTES = 64;
const FILTER_DIGEST_BYTES = 8;

/** What the index knows of a document; null when the search field is no string (convex-facts d.9). */
export function indexText(index: SearchIndexInfo, doc: StoredDoc | null): IndexedText | null {
  const text = doc === null ? undefined : fieldAt(doc.value, index.searchPath);
  if (doc === null || typeof text !== "string") return null;
  const terms = new Map<KeyBytes, number>();
  const tokens = tokenize(text);
  for (const token of tokens) terms.set(token, (terms.get(token) ?? 0) + 1);
  return {
    terms,
    length: tokens.length,
    filterKeys: index.filterPaths.map((path) => encodeValueKey(fieldAt(doc.value, path))),
  };
}

/**
 * Brings the postings of one document from one version to the next. Postings are partitioned by the value of the first
 * filter field, so that a search within one of many organisations reads only that one's postings.
 */
export function writePostings(
  store: Store,
  index: SearchIndexInfo,
  rowid: number,
  created: number,
  oldText: IndexedText | null,
  newText: IndexedText | null,
): void {
  // A text without words leaves no trace.
  const before = oldText?.terms.size === 0 ? null : oldText;
  const after = newText?.terms.size === 0 ? null : newText;
  if (before !== null && after !== null && isSameText(before, after)) return;
  store.ensureBatch();
  if (before !== null) {
    const part = partOf(before.filterKeys[0]);
    for (const term of before.terms.keys()) deletePosting(store, { ix: index.ix, part, term }, rowid);
    addToPart(store, index.ix, part, -1, -before.length);
  }
  if (after !== null) {
    const part = partOf(after.filterKeys[0]);
    const filters = filterDigests(after.filterKeys);
    putPostings(store, { ix: index.ix, part, text: after }, { doc: rowid, length: after.length, created, filters });
    addToPart(store, index.ix, part, 1, after.length);
  }
}

/** True when the document is in the index already; used while an index is built beside running writes. */
export function hasPostings(store: Store, index: SearchIndexInfo, rowid: number, text: IndexedText): boolean {
  const [term] = text.terms.keys();
  if (term === undefined) return true;
  return hasPosting(store, { ix: index.ix, part: partOf(text.filterKeys[0]), term }, rowid);
}

interface PartStats {
  part: Buffer;
  docs: number;
  length: number;
}

/** Every partition with its number of documents and tokens; only `part` when given. */
export function partStats(store: Store, ix: number, part: Buffer | null): PartStats[] {
  const rows = (
    part === null
      ? store.partSql("SELECT part, docs, length FROM search_parts WHERE ix = ?").all([ix])
      : store.partSql("SELECT part, docs, length FROM search_parts WHERE ix = ? AND part = ?").all([ix, part])
  ) as [Buffer, number, number][];
  return rows.map(([bytes, docs, length]) => ({ part: bytes, docs, length }));
}

/** The partition of documents whose first filter field has this key. */
export function partOf(filterKey: KeyBytes | undefined): Buffer {
  const bytes = keyToBuffer(filterKey ?? "");
  return bytes.length <= MAX_PART_BYTES ? bytes : createHash("sha256").update(bytes).digest();
}

/** One digest per filter field after the first: enough to refuse nearly every document that does not match. */
function filterDigests(filterKeys: readonly KeyBytes[]): Buffer {
  return Buffer.concat(filterKeys.slice(1).map(filterDigest));
}

export function filterDigest(filterKey: KeyBytes): Buffer {
  return createHash("sha1").update(filterKey, "latin1").digest().subarray(0, FILTER_DIGEST_BYTES);
}

/** Whether the posting at `i` has this digest for the filter field at `position` (1 or more). */
export function hasDigest(
  { filters, filterBytes }: PostingColumns,
  i: number,
  position: number,
  digest: Buffer,
): boolean {
  const at = i * filterBytes + (position - 1) * FILTER_DIGEST_BYTES;
  return digest.equals(filters.subarray(at, at + FILTER_DIGEST_BYTES));
}

function addToPart(store: Store, ix: number, part: Buffer, docs: number, length: number): void {
  store
    .partSql(
      `INSERT INTO search_parts VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET docs = docs + excluded.docs, length = length + excluded.length`,
    )
    .run([ix, part, docs, length]);
  if (docs < 0) store.partSql("DELETE FROM search_parts WHERE ix = ? AND part = ? AND docs <= 0").run([ix, part]);
}

function isSameText(a: IndexedText, b: IndexedText): boolean {
  if (a.length !== b.length || a.terms.size !== b.terms.size) return false;
  for (const [term, tf] of a.terms) if (b.terms.get(term) !== tf) return false;
  return a.filterKeys.every((key, position) => key === b.filterKeys[position]);
}
