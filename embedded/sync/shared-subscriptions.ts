import type { Database, ReadSet, Subscription, Timestamp } from "../database/types.ts";
import { wakeDelayMs } from "./wake-ups.ts";

/** Who is told that what was read has changed. */
export interface ReadsListener {
  /**
   * `delayMs` is how long to wait before running the query again, so that not all queries do at once. `isFirst` is one of
   * those who watch the same reads: what it runs serves the others.
   */
  readsChanged(delayMs: number, isFirst: boolean): void;
}

interface Watched {
  readonly listeners: Set<ReadsListener>;
  subscription: Subscription | null;
  fired: boolean;
}

/**
 * One database subscription per read set, however many clients hold its query: an outcome shared by a thousand
 * subscribers puts its intervals into the index once.
 */
export class SharedSubscriptions {
  readonly #watched = new Map<ReadSet, Watched>();

  constructor(private readonly database: Pick<Database, "subscribe">) {}

  /**
   * Tells `listener` once, after a commit later than `since` overlapped `reads` (perhaps before this returns). All who
   * watch the same reads are given the same delay, so that one run serves them. A listener watches one read set.
   */
  watch(reads: ReadSet, since: Timestamp, listener: ReadsListener): void {
    const watched = this.#watched.get(reads) ?? this.#start(reads, since);
    if (watched.fired) listener.readsChanged(0, true);
    else watched.listeners.add(listener);
  }

  /** The listener is not told any more. */
  leave(reads: ReadSet, listener: ReadsListener): void {
    const watched = this.#watched.get(reads);
    if (watched === undefined) return;
    watched.listeners.delete(listener);
    if (watched.listeners.size > 0) return;
    watched.subscription?.cancel();
    this.#watched.delete(reads);
  }

  #start(reads: ReadSet, since: Timestamp): Watched {
    const watched: Watched = { listeners: new Set(), subscription: null, fired: false };
    this.#watched.set(reads, watched);
    const subscription = this.database.subscribe(reads, since, (_ts, place) =>
      this.#fire(reads, watched, wakeDelayMs(place)),
    );
    watched.subscription = subscription;
    return watched;
  }

  #fire(reads: ReadSet, watched: Watched, delayMs: number): void {
    watched.fired = true;
    this.#watched.delete(reads);
    let isFirst = true;
    for (const listener of watched.listeners) {
      listener.readsChanged(delayMs, isFirst);
      isFirst = false;
    }
  }
}
