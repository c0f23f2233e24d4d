import type { Database, ReadSet, Subscription, Timestamp } from "../database/types.ts";

interface Watched {
  readonly listeners: Set<() => void>;
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

  /** Calls `onInvalid` once, after a commit later than `since` overlapped `reads` (perhaps before this returns). */
  watch(reads: ReadSet, since: Timestamp, onInvalid: () => void): Subscription {
    const watched = this.#watched.get(reads) ?? this.#start(reads, since);
    // Each caller's own function: two queries of one client may share a read set.
    const listener = () => onInvalid();
    if (watched.fired) listener();
    else watched.listeners.add(listener);
    return { cancel: () => this.#leave(reads, watched, listener) };
  }

  #start(reads: ReadSet, since: Timestamp): Watched {
    const watched: Watched = { listeners: new Set(), subscription: null, fired: false };
    this.#watched.set(reads, watched);
    const subscription = this.database.subscribe(reads, since, () => this.#fire(reads, watched));
    watched.subscription = subscription;
    return watched;
  }

  #fire(reads: ReadSet, watched: Watched): void {
    watched.fired = true;
    this.#watched.delete(reads);
    const listeners = [...watched.listeners];
    watched.listeners.clear();
    for (const listener of listeners) listener();
  }

  #leave(reads: ReadSet, watched: Watched, listener: () => void): void {
    watched.listeners.delete(listener);
    if (watched.fired || watched.listeners.size > 0) return;
    watched.subscription?.cancel();
    if (this.#watched.get(reads) === watched) this.#watched.delete(reads);
  }
}
