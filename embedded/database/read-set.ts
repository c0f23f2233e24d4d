import { keyAfter, type KeyBytes } from "../value/key.ts";
import type { ReadSet } from "./types.ts";

/** A half-open interval of one index. */
export interface Interval {
  readonly lo: KeyBytes;
  readonly hi: KeyBytes;
}

/** The part of a range that a scan has read. Where it ends is worked out when somebody asks. */
export class ScannedInterval implements Interval {
  /** The last row read; null when the whole range was. */
  #last: { readonly key: KeyBytes } | null = null;

  constructor(
    private readonly range: Interval,
    private readonly order: "asc" | "desc",
  ) {}

  get lo(): KeyBytes {
    return this.order === "asc" || this.#last === null ? this.range.lo : this.#last.key;
  }

  get hi(): KeyBytes {
    return this.order === "desc" || this.#last === null ? this.range.hi : keyAfter(this.#last.key);
  }

  readTo(row: { readonly key: KeyBytes } | null): void {
    this.#last = row;
  }
}

/**
 * A search for one term (`hi` is the next key) or for every term with a prefix. A document touches it when it has such
 * a term and the same key in each filter field (convex-facts d.9).
 */
export interface SearchRead extends Interval {
  readonly ix: number;
  /** Position in the index's `filterFields` → key of the wanted value. */
  readonly filters: readonly (readonly [number, KeyBytes])[];
}

/** What one index of one document contributes to search reads: its terms and filter keys. */
export interface IndexedText {
  readonly terms: ReadonlyMap<string, number>;
  /** Key of each filter field's value, in the order of `filterFields`. */
  readonly filterKeys: readonly KeyBytes[];
  /** Number of tokens. */
  readonly length: number;
}

/** The read set as it is recorded while a transaction runs, and as it is matched against writes afterwards. */
export class RecordedReads implements ReadSet {
  readonly #points = new Map<number, Set<KeyBytes>>();
  readonly #ranges = new Map<number, Interval[]>();
  readonly #searches = new Map<number, SearchRead[]>();
  readonly #merged = new Map<number, Interval[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  addPoint(ix: number, key: KeyBytes): void {
    let points = this.#points.get(ix);
    if (points === undefined) this.#points.set(ix, (points = new Set()));
    if (points.has(key)) return;
    points.add(key);
    this.#size++;
  }

  /** An interval that grows afterwards must be told about with `grown`. */
  addRange(ix: number, interval: Interval): void {
    let ranges = this.#ranges.get(ix);
    if (ranges === undefined) this.#ranges.set(ix, (ranges = []));
    ranges.push(interval);
    this.#merged.delete(ix);
    this.#size++;
  }

  grown(ix: number): void {
    this.#merged.delete(ix);
  }

  /** Nothing grows any more: lets go of the rows that scans still hold. */
  seal(): void {
    for (const intervals of this.#ranges.values()) {
      for (const [place, { lo, hi }] of intervals.entries()) intervals[place] = { lo, hi };
    }
  }

  addSearch(read: SearchRead): void {
    const reads = this.#searches.get(read.ix);
    if (reads === undefined) this.#searches.set(read.ix, [read]);
    else reads.push(read);
    this.#size++;
  }

  /** Whether anything of this index was read. */
  readsOf(ix: number): boolean {
    return this.#points.has(ix) || this.#ranges.has(ix);
  }

  /** True when the key of this index was read. */
  contains(ix: number, key: KeyBytes): boolean {
    if (this.#points.get(ix)?.has(key) === true) return true;
    const intervals = this.#mergedRanges(ix);
    let low = 0;
    let high = intervals.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((intervals[middle]?.lo ?? "") <= key) low = middle + 1;
      else high = middle;
    }
    const candidate = intervals[low - 1];
    return candidate !== undefined && key < candidate.hi;
  }

  /** True when a document with this text and these filter values matters to a search that was made. */
  containsText(ix: number, text: IndexedText): boolean {
    return this.#searches.get(ix)?.some((read) => matchesSearch(read, text)) === true;
  }

  /** Every point and merged range, for the subscription index. */
  forEach(visit: { point(ix: number, key: KeyBytes): void; range(ix: number, interval: Interval): void }): void {
    for (const [ix, points] of this.#points) for (const key of points) visit.point(ix, key);
    for (const ix of this.#ranges.keys()) for (const interval of this.#mergedRanges(ix)) visit.range(ix, interval);
  }

  searches(): SearchRead[] {
    return [...this.#searches.values()].flat();
  }

  #mergedRanges(ix: number): Interval[] {
    const ready = this.#merged.get(ix);
    if (ready !== undefined) return ready;
    const sorted = (this.#ranges.get(ix) ?? []).map(({ lo, hi }) => ({ lo, hi })).filter(({ lo, hi }) => lo < hi);
    sorted.sort((a, b) => (a.lo < b.lo ? -1 : a.lo > b.lo ? 1 : 0));
    const merged: { lo: KeyBytes; hi: KeyBytes }[] = [];
    for (const { lo, hi } of sorted) {
      const last = merged.at(-1);
      if (last === undefined || last.hi < lo) merged.push({ lo, hi });
      else if (last.hi < hi) last.hi = hi;
    }
    this.#merged.set(ix, merged);
    return merged;
  }
}

export function matchesSearch(read: SearchRead, text: IndexedText): boolean {
  for (const [position, key] of read.filters) if (text.filterKeys[position] !== key) return false;
  if (read.hi === keyAfter(read.lo)) return text.terms.has(read.lo);
  for (const term of text.terms.keys()) if (term >= read.lo && term < read.hi) return true;
  return false;
}
