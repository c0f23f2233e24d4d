// Postings packed together: of a term that many documents have, a search reads a few bytes a document and no row.

/** A term of a document. */
export interface Posting {
  /** Row of the document. */
  doc: number;
  /** Occurrences of the term. */
  tf: number;
  /** Tokens of the document. */
  length: number;
  /** Creation time of the document. */
  created: number;
  /** A digest for each filter field after the first. */
  filters: Buffer;
}

/** Postings of one term in order of their documents, column by column. */
export interface PostingColumns {
  readonly size: number;
  /** Documents' rows, less `base`. */
  readonly docs: Uint32Array;
  readonly base: number;
  readonly tfs: Uint16Array | Uint32Array;
  readonly lengths: Uint16Array | Uint32Array;
  readonly created: Float64Array;
  /** All digests, one posting after the other. */
  readonly filters: Uint8Array;
  /** Bytes of digests a posting has. */
  readonly filterBytes: number;
}

/** What the file says of a packed block beside its bytes: enough to know that nothing in it can be among the best. */
export interface BlockFacts {
  first: number;
  last: number;
  size: number;
  maxTf: number;
  minLength: number;
  /** The latest creation time. */
  newest: number;
}

// Before the columns: bytes of each number of `tfs` and `lengths`, and bytes of digests a posting.
const HEADER_BYTES = 8;
const SHORT_MAX = 0xff_ff;

/** Packs postings that are in order of their documents, at least one. Documents lie less than 2^32 rows apart. */
export function packBlock(postings: readonly Posting[]): { facts: BlockFacts; data: Buffer } {
  const facts = factsOf(postings);
  const width = postings.every(({ tf, length }) => tf <= SHORT_MAX && length <= SHORT_MAX) ? 2 : 4;
  const filterBytes = postings[0]?.filters.length ?? 0;
  const { size, first } = facts;
  const bytes = new ArrayBuffer(HEADER_BYTES + size * (12 + 2 * width + filterBytes));
  new Uint32Array(bytes, 0, 2).set([width, filterBytes]);
  const { created, docs, tfs, lengths, filters } = columnsIn(bytes, size, width, filterBytes);
  for (const [i, posting] of postings.entries()) {
    created[i] = posting.created;
    docs[i] = posting.doc - first;
    tfs[i] = posting.tf;
    lengths[i] = posting.length;
    filters.set(posting.filters, i * filterBytes);
  }
  return { facts, data: Buffer.from(bytes) };
}

/** The columns of a packed block. */
export function unpackBlock({ first, size }: BlockFacts, data: Buffer): PostingColumns {
  // Typed arrays begin at multiples of their numbers' size; what SQLite gives may not.
  const bytes = new Uint8Array(data).buffer;
  const [width = 2, filterBytes = 0] = new Uint32Array(bytes, 0, 2);
  return { size, base: first, filterBytes, ...columnsIn(bytes, size, width, filterBytes) };
}

/** The posting at `i`. */
export function postingAt(columns: PostingColumns, i: number): Posting {
  const { base, docs, tfs, lengths, created, filters, filterBytes } = columns;
  return {
    doc: base + (docs[i] ?? 0),
    tf: tfs[i] ?? 0,
    length: lengths[i] ?? 0,
    created: created[i] ?? 0,
    filters: Buffer.from(filters.subarray(i * filterBytes, (i + 1) * filterBytes)),
  };
}

/** Position of the first document that is at least `doc`; `size` when there is none. */
export function positionOf({ base, docs, size }: PostingColumns, doc: number): number {
  const offset = doc - base;
  let [low, high] = [0, size];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((docs[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function factsOf(postings: readonly Posting[]): BlockFacts {
  const facts = { first: 0, last: 0, size: postings.length, maxTf: 0, minLength: Infinity, newest: -Infinity };
  facts.first = postings[0]?.doc ?? 0;
  facts.last = postings.at(-1)?.doc ?? 0;
  for (const { tf, length, created } of postings) {
    facts.maxTf = Math.max(facts.maxTf, tf);
    facts.minLength = Math.min(facts.minLength, length);
    facts.newest = Math.max(facts.newest, created);
  }
  return facts;
}

function columnsIn(bytes: ArrayBuffer, size: number, width: number, filterBytes: number) {
  let at = HEADER_BYTES;
  const take = (bytesEach: number) => {
    const from = at;
    at += bytesEach * size;
    return from;
  };
  const Numbers = width === 2 ? Uint16Array : Uint32Array;
  return {
    created: new Float64Array(bytes, take(8), size),
    docs: new Uint32Array(bytes, take(4), size),
    tfs: new Numbers(bytes, take(width), size),
    lengths: new Numbers(bytes, take(width), size),
    filters: new Uint8Array(bytes, take(filterBytes), size * filterBytes),
  };
}
