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

type Numbers = Uint8Array | Uint16Array | Uint32Array;

/** Postings of one term in order of their documents, column by column. */
export interface PostingColumns {
  readonly size: number;
  /** Documents' rows, less `base`. */
  readonly docs: Numbers;
  readonly base: number;
  readonly tfs: Numbers;
  readonly lengths: Numbers;
  /** Creation times: apart from the others in the file, because few searches come to need them. */
  readonly created: () => Float64Array;
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
  /** The latest creation time. */
  newest: number;
  /**
   * Pairs of occurrences and tokens, so that each posting has at most the occurrences and at least the tokens of one of
   * them: two 32-bit numbers each, the lower byte first.
   */
  peaks: Buffer;
}

/** A block as it lies in the file: creation times are a column of their own. */
export interface PackedBlock {
  facts: BlockFacts;
  data: Buffer;
  times: Buffer;
}

// Before the columns: bytes of each number of `docs`, `lengths` and `tfs`, and bytes of digests a posting.
const HEADER_BYTES = 8;
const PEAK_BYTES = 8;
/** Peaks of a block: what is known of it has to stay small. */
const MOST_PEAKS = 16;
const WIDTHS = [
  { width: 1, max: 0xff },
  { width: 2, max: 0xff_ff },
] as const;

/** Packs postings that are in order of their documents, at least one. Documents lie less than 2^32 rows apart. */
export function packBlock(postings: readonly Posting[]): PackedBlock {
  const facts = factsOf(postings);
  const { size, first } = facts;
  const filterBytes = postings[0]?.filters.length ?? 0;
  const widths = {
    docs: widthOf(facts.last - first),
    lengths: widthOf(postings.reduce((most, { length }) => Math.max(most, length), 0)),
    tfs: widthOf(postings.reduce((most, { tf }) => Math.max(most, tf), 0)),
  };
  const bytes = new ArrayBuffer(layOut(size, widths, filterBytes).bytes);
  const header = new DataView(bytes);
  header.setUint8(0, widths.docs);
  header.setUint8(1, widths.lengths);
  header.setUint8(2, widths.tfs);
  header.setUint32(4, filterBytes, true);
  const { docs, lengths, tfs, filters } = columnsIn(bytes, size, widths, filterBytes);
  const created = new Float64Array(size);
  for (const [i, posting] of postings.entries()) {
    created[i] = posting.created;
    docs[i] = posting.doc - first;
    tfs[i] = posting.tf;
    lengths[i] = posting.length;
    filters.set(posting.filters, i * filterBytes);
  }
  return { facts, data: Buffer.from(bytes), times: Buffer.from(created.buffer) };
}

/** The columns of a packed block. `readTimes` is asked for its creation times when they are needed. */
export function unpackBlock({ first, size }: BlockFacts, data: Buffer, readTimes: () => Buffer): PostingColumns {
  // Typed arrays begin at multiples of their numbers' size; what SQLite gives may not.
  const bytes = new Uint8Array(data).buffer;
  const header = new DataView(bytes);
  const widths = { docs: header.getUint8(0), lengths: header.getUint8(1), tfs: header.getUint8(2) };
  const filterBytes = header.getUint32(4, true);
  let times: Float64Array | undefined;
  const created = () => (times ??= new Float64Array(new Uint8Array(readTimes()).buffer));
  return { size, base: first, filterBytes, created, ...columnsIn(bytes, size, widths, filterBytes) };
}

/** The posting at `i`. */
export function postingAt(columns: PostingColumns, i: number): Posting {
  const { base, docs, tfs, lengths, created, filters, filterBytes } = columns;
  return {
    doc: base + (docs[i] ?? 0),
    tf: tfs[i] ?? 0,
    length: lengths[i] ?? 0,
    created: created()[i] ?? 0,
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

/** The most that `value`, which grows with occurrences and falls with tokens, is of a posting of the block. */
export function peakOf({ peaks }: BlockFacts, value: (tf: number, length: number) => number): number {
  let most = 0;
  for (let at = 0; at < peaks.length; at += PEAK_BYTES) {
    most = Math.max(most, value(peaks.readUInt32LE(at), peaks.readUInt32LE(at + 4)));
  }
  return most;
}

function factsOf(postings: readonly Posting[]): BlockFacts {
  return {
    first: postings[0]?.doc ?? 0,
    last: postings.at(-1)?.doc ?? 0,
    size: postings.length,
    newest: postings.reduce((latest, { created }) => Math.max(latest, created), -Infinity),
    peaks: peaksOf(
      postings.map(({ tf }) => tf),
      postings.map(({ length }) => length),
    ),
  };
}

/**
 * The peaks of postings with these occurrences and tokens: of those with as many occurrences the shortest, unless one with
 * more occurrences is as short.
 */
export function peaksOf(tfs: ArrayLike<number>, lengths: ArrayLike<number>): Buffer {
  const shortest = new Map<number, number>();
  for (let i = 0; i < tfs.length; i++) {
    const [tf, length] = [tfs[i] ?? 0, lengths[i] ?? 0];
    if (length < (shortest.get(tf) ?? Infinity)) shortest.set(tf, length);
  }
  const peaks: [tf: number, length: number][] = [];
  for (const [tf, length] of [...shortest].sort(([a], [b]) => b - a)) {
    if (length < (peaks.at(-1)?.[1] ?? Infinity)) peaks.push([tf, length]);
  }
  const bytes = Buffer.alloc(Math.min(peaks.length, MOST_PEAKS) * PEAK_BYTES);
  for (let i = 0; i < bytes.length / PEAK_BYTES; i++) {
    // Of several put together, the most occurrences of the first and the tokens of the last.
    const next = Math.max(i + 1, Math.floor(((i + 1) * peaks.length) / MOST_PEAKS));
    const from = Math.max(i, Math.floor((i * peaks.length) / MOST_PEAKS));
    bytes.writeUInt32LE(peaks[from]?.[0] ?? 0, i * PEAK_BYTES);
    bytes.writeUInt32LE(peaks[next - 1]?.[1] ?? 0, i * PEAK_BYTES + 4);
  }
  return bytes;
}

interface Widths {
  docs: number;
  lengths: number;
  tfs: number;
}

function widthOf(most: number): number {
  return WIDTHS.find(({ max }) => most <= max)?.width ?? 4;
}

/** Where each column begins, a multiple of its numbers' bytes, and how many bytes there are. */
function layOut(size: number, widths: Widths, filterBytes: number) {
  let at = HEADER_BYTES;
  const place = (width: number) => {
    const from = Math.ceil(at / width) * width;
    at = from + width * size;
    return from;
  };
  const from = { docs: place(widths.docs), lengths: place(widths.lengths), tfs: place(widths.tfs), filters: at };
  return { ...from, bytes: at + filterBytes * size };
}

function columnsIn(bytes: ArrayBuffer, size: number, widths: Widths, filterBytes: number) {
  const from = layOut(size, widths, filterBytes);
  return {
    docs: numbersAt(bytes, from.docs, size, widths.docs),
    lengths: numbersAt(bytes, from.lengths, size, widths.lengths),
    tfs: numbersAt(bytes, from.tfs, size, widths.tfs),
    filters: new Uint8Array(bytes, from.filters, size * filterBytes),
  };
}

function numbersAt(bytes: ArrayBuffer, from: number, size: number, width: number): Numbers {
  if (width === 1) return new Uint8Array(bytes, from, size);
  return width === 2 ? new Uint16Array(bytes, from, size) : new Uint32Array(bytes, from, size);
}
