import { keyAfter, type KeyBytes } from "../value/key.ts";
import { CATALOG_INDEX } from "./catalog.ts";
import { IntervalTree } from "./interval-tree.ts";
import { matchesSearch, type IndexedText, type RecordedReads, type SearchRead } from "./read-set.ts";
import type { OnInvalid, Subscription, Timestamp } from "./types.ts";
import type { Commit } from "./write-log.ts";

/** Someone who wants to be told, once, when what was read changes. */
export class Subscriber implements Subscription {
  #state: "waiting" | "touched" | "ended" = "waiting";

  constructor(
    readonly reads: RecordedReads,
    private readonly onInvalid: OnInvalid,
    private readonly index: SubscriptionIndex,
  ) {}

  cancel(): void {
    if (this.#state === "waiting") this.index.remove(this);
    this.#state = "ended";
  }

  /** A commit touched the reads: takes it out of the index; `tell` follows when the commit is durable. */
  touch(): void {
    this.index.remove(this);
    this.#state = "touched";
  }

  /** `place` counts those that the commit touched, from 0. */
  tell(ts: Timestamp, place: number): void {
    if (this.#state !== "touched") return;
    this.#state = "ended";
    this.onInvalid(ts, place);
  }
}

interface IndexSubscriptions {
  points: Map<KeyBytes, Set<Subscriber>>;
  ranges: IntervalTree<Subscriber>;
}

interface SearchSubscriber {
  readonly read: SearchRead;
  readonly subscriber: Subscriber;
}

/**
 * Who reads what, arranged so that one changed key finds its readers in O(log n): a hash of points and an interval
 * tree per index; for text search the same with terms for keys.
 */
export class SubscriptionIndex {
  readonly #byIndex = new Map<number, IndexSubscriptions>();
  readonly #terms = new Map<number, Map<KeyBytes, Set<SearchSubscriber>>>();
  readonly #prefixes = new Map<number, IntervalTree<SearchSubscriber>>();
  readonly #searches = new Map<Subscriber, SearchSubscriber[]>();

  add(reads: RecordedReads, onInvalid: OnInvalid): Subscriber {
    const subscriber = new Subscriber(reads, onInvalid, this);
    reads.forEach({
      point: (ix, key) => addTo(this.#of(ix).points, key, subscriber),
      range: (ix, { lo, hi }) => this.#of(ix).ranges.add(lo, hi, subscriber),
    });
    const searches = reads.searches().map((read) => ({ read, subscriber }));
    for (const search of searches) this.#addSearch(search);
    if (searches.length > 0) this.#searches.set(subscriber, searches);
    return subscriber;
  }

  remove(subscriber: Subscriber): void {
    subscriber.reads.forEach({
      point: (ix, key) => {
        const entry = this.#byIndex.get(ix);
        if (entry === undefined) return;
        removeFrom(entry.points, key, subscriber);
        this.#dropIfEmpty(ix, entry);
      },
      range: (ix, { lo, hi }) => {
        const entry = this.#byIndex.get(ix);
        if (entry === undefined) return;
        entry.ranges.delete(lo, hi, subscriber);
        this.#dropIfEmpty(ix, entry);
      },
    });
    for (const search of this.#searches.get(subscriber) ?? []) this.#removeSearch(search);
    this.#searches.delete(subscriber);
  }

  /** Takes out and returns everyone whose reads the commit touches. */
  take(commit: Commit): Subscriber[] {
    if (this.#byIndex.size === 0 && this.#terms.size === 0 && this.#prefixes.size === 0) return [];
    const found = new Set<Subscriber>();
    const collect = (subscriber: Subscriber) => found.add(subscriber);
    for (const { entries, texts } of commit.changes) {
      for (const entry of entries) {
        const { ix } = entry;
        if (!this.#byIndex.has(ix)) continue;
        const { oldKey, newKey } = entry;
        if (oldKey !== null) this.#stab(ix, oldKey, collect);
        if (newKey !== null && newKey !== oldKey) this.#stab(ix, newKey, collect);
      }
      for (const { ix, before, after } of texts) {
        if (before !== null) this.#stabText(ix, before, collect);
        if (after !== null) this.#stabText(ix, after, collect);
      }
    }
    for (const key of commit.catalogKeys) this.#stab(CATALOG_INDEX, key, collect);
    for (const subscriber of found) subscriber.touch();
    return [...found];
  }

  #stab(ix: number, key: KeyBytes, visit: (subscriber: Subscriber) => void): void {
    const entry = this.#byIndex.get(ix);
    if (entry === undefined) return;
    for (const subscriber of entry.points.get(key) ?? []) visit(subscriber);
    entry.ranges.stab(key, visit);
  }

  #stabText(ix: number, text: IndexedText, visit: (subscriber: Subscriber) => void): void {
    const terms = this.#terms.get(ix);
    const prefixes = this.#prefixes.get(ix);
    if (terms === undefined && prefixes === undefined) return;
    const check = ({ read, subscriber }: SearchSubscriber) => {
      if (matchesSearch(read, text)) visit(subscriber);
    };
    for (const term of text.terms.keys()) {
      for (const search of terms?.get(term) ?? []) check(search);
      prefixes?.stab(term, check);
    }
  }

  #addSearch(search: SearchSubscriber): void {
    const { ix, lo, hi } = search.read;
    if (hi === keyAfter(lo)) {
      let terms = this.#terms.get(ix);
      if (terms === undefined) this.#terms.set(ix, (terms = new Map()));
      addTo(terms, lo, search);
    } else {
      let prefixes = this.#prefixes.get(ix);
      if (prefixes === undefined) this.#prefixes.set(ix, (prefixes = new IntervalTree()));
      prefixes.add(lo, hi, search);
    }
  }

  #removeSearch(search: SearchSubscriber): void {
    const { ix, lo, hi } = search.read;
    const terms = this.#terms.get(ix);
    if (hi !== keyAfter(lo)) this.#prefixes.get(ix)?.delete(lo, hi, search);
    else if (terms !== undefined) removeFrom(terms, lo, search);
  }

  #of(ix: number): IndexSubscriptions {
    let entry = this.#byIndex.get(ix);
    if (entry === undefined) this.#byIndex.set(ix, (entry = { points: new Map(), ranges: new IntervalTree() }));
    return entry;
  }

  #dropIfEmpty(ix: number, entry: IndexSubscriptions): void {
    if (entry.points.size === 0 && entry.ranges.isEmpty) this.#byIndex.delete(ix);
  }
}

function addTo<T>(map: Map<KeyBytes, Set<T>>, key: KeyBytes, item: T): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, new Set([item]));
  else items.add(item);
}

function removeFrom<T>(map: Map<KeyBytes, Set<T>>, key: KeyBytes, item: T): void {
  const items = map.get(key);
  if (items?.delete(item) === true && items.size === 0) map.delete(key);
}
