import type { Store } from "../database/store.ts";
import type { KeyBytes } from "../value/key.ts";
import { peakOf, positionOf, type BlockFacts, type PostingColumns } from "./posting-block.ts";
import { blocksOf, looseOf, readBlock, type TermPlace } from "./postings.ts";

// The best documents without looking at all: a window of documents after the other, the newest first. What is known of
// the blocks says how good a document of the window may be at most; a window that cannot hold a better one is left out.

const BM25_K1 = 1.2;
const BM25_B = 0.75;
/** Documents' rows a window spans at most: what their scores are added up in. */
const MAX_WINDOW_ROWS = 1 << 16;
/** Tokens of a document up to which their norms are worked out once. */
const KNOWN_NORMS = 256;

/** What a term says of a document with `tf` occurrences among `length` tokens (BM25). Grows with tf, falls with length. */
export function termFrequency(tf: number, length: number, averageLength: number): number {
  return (tf * (BM25_K1 + 1)) / (tf + lengthNorm(length, averageLength));
}

function lengthNorm(length: number, averageLength: number): number {
  return BM25_K1 * (1 - BM25_B + (BM25_B * length) / averageLength);
}

/** Inverse document frequency of a term that `found` of `docs` documents have. */
export function inverseFrequency(docs: number, found: number): number {
  return Math.log(1 + (Math.max(docs, found) - found + 0.5) / (found + 0.5));
}

/** A document with its score. */
export interface Ranked {
  score: number;
  created: number;
  rowid: number;
}

/** Best first; of equal ones the newest. */
export function compareRanked(a: Ranked, b: Ranked): number {
  return b.score - a.score || b.created - a.created || a.rowid - b.rowid;
}

/** Postings of a block, from `from` to before `to`. */
interface Taken {
  columns: PostingColumns;
  from: number;
  to: number;
  /** The latest creation time in the block. */
  newest: number;
}

/** The postings of one term in one partition, walked from the newest document to the oldest. */
export class PostingList {
  /** How many documents have the term. */
  readonly size: number;
  /** What a term counts: its weight times its inverse document frequency. */
  factor = 0;
  readonly #blocks: BlockFacts[];
  #columns: PostingColumns | null = null;
  /** Postings of the current block that are not used up. */
  #left = 0;
  /** What `bound` is of the current block, once it was asked for. */
  #bound: number | null = null;

  /** `blocks` in order; `read` gives what is in the one at that position. */
  constructor(
    blocks: readonly BlockFacts[],
    private readonly read: (position: number) => PostingColumns,
  ) {
    this.#blocks = [...blocks];
    this.size = blocks.reduce((sum, { size }) => sum + size, 0);
    this.#left = blocks.at(-1)?.size ?? 0;
  }

  /** The lists of a term, none of them empty. */
  static of(store: Store, place: TermPlace): PostingList[] {
    const lists: PostingList[] = [];
    const blocks = blocksOf(store, place);
    if (blocks.length > 0) lists.push(new PostingList(blocks, (position) => readBlock(store, blocks[position])));
    const loose = looseOf(store, place);
    if (loose !== null) lists.push(new PostingList([loose.facts], () => loose.columns));
    return lists;
  }

  /** The last document that is not used up; -1 at the end. */
  get last(): number {
    const block = this.#blocks.at(-1);
    if (block === undefined) return -1;
    const columns = this.#columns;
    return columns === null ? block.last : columns.base + (columns.docs[this.#left - 1] ?? 0);
  }

  /** Where the current block begins. */
  get first(): number {
    return this.#blocks.at(-1)?.first ?? -1;
  }

  /** The most that the term may say of a document of the current block. */
  bound(averageLength: number): number {
    const block = this.#blocks.at(-1);
    if (block === undefined) return 0;
    this.#bound ??= this.factor * peakOf(block, (tf, length) => termFrequency(tf, length, averageLength));
    return this.#bound;
  }

  /** The latest creation time in the current block. */
  get newest(): number {
    return this.#blocks.at(-1)?.newest ?? -Infinity;
  }

  /** Uses up the documents from `low` on; `low` is not before the current block. Gives where they lie, from `from` on. */
  take(low: number): Taken | null {
    const block = this.#blocks.at(-1);
    if (block === undefined || this.last < low) return null;
    this.#columns ??= this.read(this.#blocks.length - 1);
    const [from, to] = [positionOf(this.#columns, low), this.#left];
    const taken = { columns: this.#columns, from, to, newest: block.newest };
    this.#drop(from);
    return from < to ? taken : null;
  }

  /** Uses them up without looking. */
  skip(low: number): void {
    if (this.last < low) return;
    if (this.first >= low) this.#drop(0);
    else this.take(low);
  }

  #drop(left: number): void {
    this.#left = left;
    if (left > 0) return;
    this.#blocks.pop();
    this.#columns = null;
    this.#bound = null;
    this.#left = this.#blocks.at(-1)?.size ?? 0;
  }
}

/** The best `limit` of the documents seen so far, kept in order only when there are twice as many. */
class Best {
  #ranked: Ranked[] = [];
  /** The last of the best, once there are `limit`: others have to be better. */
  #worst: Ranked | null = null;

  constructor(private readonly limit: number) {}

  mayHold(score: number, created: number): boolean {
    const worst = this.#worst;
    return worst === null || score > worst.score || (score === worst.score && created >= worst.created);
  }

  add(ranked: Ranked): void {
    this.#ranked.push(ranked);
    if (this.#ranked.length >= 2 * this.limit || (this.#worst === null && this.#ranked.length === this.limit)) {
      this.#cut();
    }
  }

  inOrder(): Ranked[] {
    this.#cut();
    return this.#ranked;
  }

  #cut(): void {
    this.#ranked.sort(compareRanked);
    this.#ranked.length = Math.min(this.#ranked.length, this.limit);
    if (this.#ranked.length === this.limit) this.#worst = this.#ranked.at(-1) ?? null;
  }
}

export interface Ranking {
  /** In the order in which the terms' parts of a score are added up. Used up afterwards. */
  lists: readonly PostingList[];
  averageLength: number;
  limit: number;
  /** Whether a document is left out, by its row. */
  isLeftOut(rowid: number): boolean;
  /** Whether a posting's digests are those wanted; null when none are. */
  hasDigests: ((columns: PostingColumns, i: number) => boolean) | null;
}

/** The best documents in order: just those that scoring every document would give. */
export function bestRanked(ranking: Ranking): Ranked[] {
  const { lists, averageLength } = ranking;
  const best = new Best(ranking.limit);
  const window = new Window(ranking);
  const ends = new Ends(lists);
  for (;;) {
    const low = ends.nextWindow();
    if (low === null) return best.inOrder();
    const within = lists.filter((_, i) => ends.isWithin(i, low));
    let bound = 0;
    let newest = -Infinity;
    for (const list of within) {
      bound += list.bound(averageLength);
      newest = Math.max(newest, list.newest);
    }
    if (best.mayHold(bound, newest)) window.rank(within, low, best);
    else for (const list of within) list.skip(low);
    ends.look(within);
  }
}

/** Where the current block of each list begins, and where what is left of it ends: there may be a hundred lists. */
class Ends {
  readonly #first: Float64Array;
  readonly #last: Float64Array;
  readonly #positions: ReadonlyMap<PostingList, number>;

  constructor(private readonly lists: readonly PostingList[]) {
    this.#first = Float64Array.from(lists, ({ first }) => first);
    this.#last = Float64Array.from(lists, ({ last }) => last);
    this.#positions = new Map(lists.map((list, i) => [list, i]));
  }

  /** The first row of the next window, or null at the end. No list leaves its current block within it. */
  nextWindow(): number | null {
    const high = this.#last.reduce(max, -1);
    if (high < 0) return null;
    return this.#first.reduce(max, Math.max(0, high - MAX_WINDOW_ROWS + 1));
  }

  isWithin(position: number, low: number): boolean {
    return (this.#last[position] ?? -1) >= low;
  }

  /** These have been walked on. */
  look(lists: readonly PostingList[]): void {
    for (const list of lists) {
      const position = this.#positions.get(list) ?? 0;
      this.#first[position] = list.first;
      this.#last[position] = list.last;
    }
  }
}

function max(a: number, b: number): number {
  return a > b ? a : b;
}

/** The scores of a few documents whose rows lie near to each other. */
class Window {
  readonly #scores = new Float64Array(MAX_WINDOW_ROWS);
  readonly #touched = new Uint32Array(MAX_WINDOW_ROWS);
  readonly #norms: Float64Array;

  constructor(private readonly ranking: Ranking) {
    this.#norms = Float64Array.from({ length: KNOWN_NORMS }, (_, length) => lengthNorm(length, ranking.averageLength));
  }

  /** Looks at the documents from row `low` on, in these lists. */
  rank(lists: readonly PostingList[], low: number, best: Best): void {
    const taken: Taken[] = [];
    let touched = 0;
    for (const list of lists) {
      const part = list.take(low);
      if (part === null) continue;
      taken.push(part);
      touched = this.#addUp(part, list.factor, low, touched);
    }
    for (let i = touched - 1; i >= 0; i--) {
      const at = this.#touched[i] ?? 0;
      const score = this.#scores[at] ?? 0;
      this.#scores[at] = 0;
      if (!best.mayHold(score, Infinity)) continue;
      const rowid = low + at;
      const found = findIn(taken, rowid);
      // Creation times are read only where they matter.
      if (!best.mayHold(score, found.part.newest)) continue;
      const created = found.part.columns.created()[found.at] ?? 0;
      if (best.mayHold(score, created) && !this.ranking.isLeftOut(rowid)) best.add({ score, created, rowid });
    }
  }

  /** Adds what one term says. `touched`: documents seen so far; gives how many they are now. */
  #addUp({ columns, from, to }: Taken, factor: number, low: number, touched: number): number {
    const { averageLength, hasDigests } = this.ranking;
    const [scores, seen, norms] = [this.#scores, this.#touched, this.#norms];
    const { docs, tfs, lengths } = columns;
    const offset = low - columns.base;
    let count = touched;
    for (let i = from; i < to; i++) {
      if (hasDigests !== null && !hasDigests(columns, i)) continue;
      const at = (docs[i] ?? 0) - offset;
      const before = scores[at] ?? 0;
      if (before === 0) seen[count++] = at;
      const [tf, length] = [tfs[i] ?? 0, lengths[i] ?? 0];
      const norm = norms[length] ?? lengthNorm(length, averageLength);
      // termFrequency, with the norm looked up.
      scores[at] = before + factor * ((tf * (BM25_K1 + 1)) / (tf + norm));
    }
    return count;
  }
}

/** Where the document in row `rowid` is: in the first of the lists that have it. */
function findIn(taken: readonly Taken[], rowid: number): { part: Taken; at: number } {
  for (const part of taken) {
    const { columns, to } = part;
    const at = positionOf(columns, rowid);
    if (at < to && columns.docs[at] === rowid - columns.base) return { part, at };
  }
  throw new Error(`No term is in the document in row ${rowid}`);
}

/** The lists of every term of a search in all its partitions. */
export function openLists(
  store: Store,
  ix: number,
  parts: readonly Buffer[],
  terms: Iterable<KeyBytes>,
): Map<KeyBytes, PostingList[]> {
  return new Map(
    Array.from(terms, (term) => [term, parts.flatMap((part) => PostingList.of(store, { ix, part, term }))] as const),
  );
}
