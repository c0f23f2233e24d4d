import type { Database, ReadSet, Subscription, Timestamp } from "../database/types.ts";
import { wakeDelayMs } from "./wake-ups.ts";

/** Told that what was read has changed, and how long to wait before running the query again, so that not all do at once. */
type OnInvalid = (delayMs: number) => void;

interface Watched {
  readonly listeners: Set<OnInvalid>;
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
   * Calls `onInvalid` once, after a commit later than `since` overlapped `reads` (perhaps before this returns). All who
   * watch the same reads are given the same delay, so that one run serves them.
   */
  watch(reads: ReadSet, since: Timestamp, onInvalid: OnInvalid): Subscription {
    const watched = this.#watched.get(reads) ?? this.#start(reads, since);
    // Each caller's own function: two queries of one client may share a read set.
    const listener: OnInvalid = (delayMs) => onInvalid(delayMs);
    if (watched.fired) listener(0);
    else watched.listeners.add(listener);
    return { cancel: () => this.#leave(reads, watched, listener) };
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
    const listeners = [...watched.listeners];
    watched.listeners.clear();
    for (const listener of listeners) listener(delayMs);
  }

  #leave(reads: ReadSet, watched: Watched, listener: OnInvalid): void {
    watched.listeners.delete(listener);
    if (watched.fired || watched.listeners.size > 0) return;
    watched.subscription?.cancel();
    if (this.#watched.get(reads) === watched) this.#watched.delete(reads);
  }
}
