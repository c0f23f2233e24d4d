import { LRUCache } from "lru-cache";
import type { Store } from "../database/store.ts";
import { keyToBuffer, type KeyBytes } from "../value/key.ts";
import {
  packBlock,
  peaksOf,
  positionOf,
  postingAt,
  unpackBlock,
  type BlockFacts,
  type Posting,
  type PostingColumns,
} from "./posting-block.ts";

// The postings of a term lie in two places: as rows where they were written last, and packed into blocks where there
// are many. A posting is in one of the two. Blocks of a term do not overlap.

/** Postings of a block: rewriting one stays below a tenth of a millisecond. */
const MAX_BLOCK_POSTINGS = 1024;
/** Rows of a term from which on they are packed. */
const MIN_PACKED_ROWS = 256;
/** Rows packed at once, where an older version of this program has left more. */
const MAX_PACKED_ROWS = 2048;
/** One document in 64 looks whether its terms are to be packed. */
const CHECK_SHIFT = 26;
/** Terms packed after one document, so that no commit takes long; the others' turn comes with a later document. */
const MAX_PACKED_TERMS = 4;

/** Where the postings of a term are: an index, a partition of it, a term. */
export interface TermPlace {
  readonly ix: number;
  readonly part: Buffer;
  readonly term: KeyBytes;
}

type RawPosting = [doc: number, tf: number, length: number, created: number, filters: Buffer];
/** What is known of a block, and which row of `posting_data` has its columns. */
export interface StoredBlock extends BlockFacts {
  block: number;
}

type RawFacts = [first: number, last: number, size: number, newest: number, peaks: Buffer, block: number];

type LooseColumns = [newest: number | null, filterBytes: number, docs: string, lengths: string, tfs: string];

const FACTS = "first, last, size, newest, peaks, block";
const HERE = "ix = ? AND part = ? AND term = ?";

/** Rows that one statement takes: half of what each costs alone is the statement. */
const ROWS_AT_ONCE = [16, 4, 1];
const COLUMNS = 8;

/** The new postings of one term. */
export interface TermPostings extends TermPlace {
  readonly postings: readonly Posting[];
}

/** Writes postings that are nowhere yet: packed at once where there are many of a term. Best in the order of the file. */
export function writeTerms(store: Store, terms: readonly TermPostings[]): void {
  const rows: unknown[] = [];
  for (const { postings, ...place } of terms) {
    if (postings.length >= MIN_PACKED_ROWS) {
      packInto(
        store,
        place,
        postings.toSorted((a, b) => a.doc - b.doc),
      );
      continue;
    }
    const [ix, part, term] = values(place);
    for (const { doc, tf, length, created, filters } of postings) {
      rows.push(ix, part, term, doc, tf, length, created, filters);
    }
  }
  let from = 0;
  for (const count of ROWS_AT_ONCE) {
    const text = `INSERT OR REPLACE INTO postings VALUES ${Array(count).fill("(?, ?, ?, ?, ?, ?, ?, ?)").join(", ")}`;
    const width = count * COLUMNS;
    for (; rows.length - from >= width; from += width) store.searchSql(text).run(rows.slice(from, from + width));
  }
}

export function deletePosting(store: Store, place: TermPlace, doc: number): void {
  const deleted = store.searchSql(`DELETE FROM postings WHERE ${HERE} AND doc = ?`).run([...values(place), doc]);
  if (deleted.changes > 0) return;
  const block = blockBelow(store, place, doc);
  if (block === null) return;
  const left = readPostings(store, block).filter((posting) => posting.doc !== doc);
  if (left.length < block.size) replaceBlock(store, place, block, left);
}

export function hasPosting(store: Store, place: TermPlace, doc: number): boolean {
  const row = store.searchSql(`SELECT 1 FROM postings WHERE ${HERE} AND doc = ?`).get([...values(place), doc]);
  if (row !== undefined) return true;
  const block = blockBelow(store, place, doc);
  if (block === null) return false;
  const columns = readBlock(store, block);
  return columns.docs[positionOf(columns, doc)] === doc - columns.base;
}

/** Packs the terms of a document that has just been written, where they have become many and it is time to look. */
export function packTerms(store: Store, ix: number, part: Buffer, terms: Iterable<KeyBytes>, doc: number): void {
  // Multiplied, because documents of one table may be every so many rows.
  if (Math.imul(doc, 0x9e37_79b1) >>> CHECK_SHIFT !== 0) return;
  const many = store.searchSql(`SELECT 1 FROM postings WHERE ${HERE} LIMIT 1 OFFSET ${MIN_PACKED_ROWS - 1}`);
  let packed = 0;
  for (const term of terms) {
    if (packed >= MAX_PACKED_TERMS) return;
    const place = { ix, part, term };
    if (many.get(values(place)) === undefined) continue;
    pack(store, place);
    packed++;
  }
}

/** What is known of the packed blocks of a term, in order. */
export function blocksOf(store: Store, place: TermPlace): StoredBlock[] {
  const rows = store.searchSql(`SELECT ${FACTS} FROM packed_postings WHERE ${HERE} ORDER BY first`).all(values(place));
  return (rows as RawFacts[]).map(toFacts);
}

/** Bytes of blocks that are kept for the next search: words that many documents have are searched again and again. */
const KEPT_BYTES = 48 * 1024 * 1024;
const kept = new WeakMap<Store, LRUCache<number, PostingColumns>>();

/** The columns of a block. Throws Error when there is no such block. */
export function readBlock(store: Store, facts: StoredBlock | undefined): PostingColumns {
  if (facts === undefined) throw new Error("The search index has no such block");
  let blocks = kept.get(store);
  if (blocks === undefined) kept.set(store, (blocks = new LRUCache({ maxSize: KEPT_BYTES })));
  // A block never changes: what is written anew has a number that none had before.
  let columns = blocks.get(facts.block);
  if (columns === undefined) {
    const column = (name: "data" | "times") => {
      const row = store.searchSql(`SELECT ${name} FROM posting_data WHERE block = ?`).get([facts.block]);
      if (row === undefined) throw new Error(`The search index has no block ${facts.block}`);
      return (row as [Buffer])[0];
    };
    const data = column("data");
    columns = unpackBlock(facts, data, () => column("times"));
    blocks.set(facts.block, columns, { size: data.length + facts.size * Float64Array.BYTES_PER_ELEMENT });
  }
  return columns;
}

/**
 * The postings of a term that are not packed; null when there are none. SQLite puts their columns together: a search asks
 * for many words that few documents have, and handing over row by row would be most of its time.
 */
export function looseOf(store: Store, place: TermPlace): { facts: BlockFacts; columns: PostingColumns } | null {
  const all = (columns: string) => {
    const sql = `SELECT ${columns} FROM (SELECT * FROM postings WHERE ${HERE} ORDER BY doc)`;
    return store.searchSql(sql).get(values(place)) as unknown[];
  };
  const lists = "json_group_array(doc), json_group_array(length), json_group_array(tf)";
  const [newest, filterBytes, ...jsons] = all(`max(created), max(length(filters)), ${lists}`) as LooseColumns;
  if (newest === null) return null;
  const [docs, lengths, tfs] = jsons.map((json) => JSON.parse(json) as number[]) as [number[], number[], number[]];
  const [first = 0, last = 0] = [docs[0], docs.at(-1)];
  let times: Float64Array | undefined;
  // All digits that tell one number from the next.
  const readTimes = () => {
    const [list] = all("group_concat(printf('%!.17g', created))") as [string];
    return Float64Array.from(list.split(","), Number);
  };
  const readFilters = () => Buffer.from((all("group_concat(hex(filters), '')") as [string])[0], "hex");
  const columns = {
    size: docs.length,
    base: first,
    docs: Uint32Array.from(docs, (doc) => doc - first),
    lengths: Uint32Array.from(lengths),
    tfs: Uint32Array.from(tfs),
    created: () => (times ??= readTimes()),
    filters: filterBytes > 0 ? readFilters() : Buffer.alloc(0),
    filterBytes,
  };
  return { facts: { first, last, size: docs.length, newest, peaks: peaksOf(tfs, lengths) }, columns };
}

/** The first `limit` terms of the partition in [lo, hi), in order. */
export function termsIn(store: Store, ix: number, part: Buffer, lo: KeyBytes, hi: KeyBytes, limit: number): KeyBytes[] {
  // Asked one by one: a list of distinct terms would be made from all their postings.
  const next = (table: string, from: KeyBytes) => {
    const sql = `SELECT term FROM ${table} WHERE ix = ? AND part = ? AND term >= ? AND term < ? ORDER BY term LIMIT 1`;
    const row = store.searchSql(sql).get([ix, part, keyToBuffer(from), keyToBuffer(hi)]) as [Buffer] | undefined;
    return row?.[0].toString("latin1");
  };
  const terms: KeyBytes[] = [];
  for (let from = lo; terms.length < limit;) {
    const found = [next("postings", from), next("packed_postings", from)].filter((term) => term !== undefined);
    const term = found.sort()[0];
    if (term === undefined) break;
    terms.push(term);
    from = `${term}\0`;
  }
  return terms;
}

function values({ ix, part, term }: TermPlace): [number, Buffer, Buffer] {
  return [ix, part, keyToBuffer(term)];
}

function toFacts([first, last, size, newest, peaks, block]: RawFacts): StoredBlock {
  return { first, last, size, newest, peaks, block };
}

/** The block that has `doc` if any has; the one it belongs into otherwise, unless it lies before all of them. */
function blockBelow(store: Store, place: TermPlace, doc: number): StoredBlock | null {
  const sql = `SELECT ${FACTS} FROM packed_postings WHERE ${HERE} AND first <= ? ORDER BY first DESC LIMIT 1`;
  const row = store.searchSql(sql).get([...values(place), doc]) as RawFacts | undefined;
  return row === undefined ? null : toFacts(row);
}

function looseRows(store: Store, place: TermPlace, limit: number): Posting[] {
  const sql = `SELECT doc, tf, length, created, filters FROM postings WHERE ${HERE} ORDER BY doc LIMIT ?`;
  const rows = store.searchSql(sql).all([...values(place), limit]) as RawPosting[];
  return rows.map(([doc, tf, length, created, filters]) => ({ doc, tf, length, created, filters }));
}

function readPostings(store: Store, block: StoredBlock): Posting[] {
  const columns = readBlock(store, block);
  return Array.from({ length: block.size }, (_, i) => postingAt(columns, i));
}

function pack(store: Store, place: TermPlace): void {
  const rows = looseRows(store, place, MAX_PACKED_ROWS);
  const last = rows.at(-1)?.doc ?? 0;
  store.searchSql(`DELETE FROM postings WHERE ${HERE} AND doc <= ?`).run([...values(place), last]);
  packInto(store, place, rows);
}

/** Adds postings, in the order of their documents, to the blocks of a term. */
function packInto(store: Store, place: TermPlace, rows: readonly Posting[]): void {
  for (let from = 0; from < rows.length;) {
    const block = blockBelow(store, place, rows[from]?.doc ?? 0);
    const end = firstAfter(store, place, block === null ? -1 : block.first);
    let to = from;
    while (to < rows.length && (end === null || (rows[to]?.doc ?? 0) < end)) to++;
    const added = rows.slice(from, to);
    replaceBlock(store, place, block, block === null ? added : merged(readPostings(store, block), added));
    from = to;
  }
}

/** Where the block after the one that begins at `first` begins. */
function firstAfter(store: Store, place: TermPlace, first: number): number | null {
  const sql = `SELECT first FROM packed_postings WHERE ${HERE} AND first > ? ORDER BY first LIMIT 1`;
  const row = store.searchSql(sql).get([...values(place), first]) as [number] | undefined;
  return row?.[0] ?? null;
}

function merged(packed: readonly Posting[], added: readonly Posting[]): Posting[] {
  const isAppended = (added[0]?.doc ?? 0) > (packed.at(-1)?.doc ?? 0);
  const all = [...packed, ...added];
  return isAppended ? all : all.sort((a, b) => a.doc - b.doc);
}

function replaceBlock(store: Store, place: TermPlace, block: StoredBlock | null, postings: readonly Posting[]): void {
  if (block !== null) {
    store.searchSql(`DELETE FROM packed_postings WHERE ${HERE} AND first = ?`).run([...values(place), block.first]);
    store.searchSql("DELETE FROM posting_data WHERE block = ?").run([block.block]);
  }
  const insertData = store.searchSql("INSERT INTO posting_data (data, times) VALUES (?, ?)");
  const insert = store.searchSql("INSERT INTO packed_postings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (let from = 0; from < postings.length; from += MAX_BLOCK_POSTINGS) {
    const { facts, data, times } = packBlock(postings.slice(from, from + MAX_BLOCK_POSTINGS));
    const { first, last, size, newest, peaks } = facts;
    const { lastInsertRowid } = insertData.run([data, times]);
    insert.run([...values(place), first, last, size, newest, peaks, lastInsertRowid]);
  }
}
