import { coerceError } from "../errors.ts";
import type { Store } from "./store.ts";
import type { Subscriber } from "./subscriptions.ts";
import type { Timestamp } from "./types.ts";

interface Waiter {
  ts: Timestamp;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * What waits for others before it is written waits at most this part of what the last COMMIT took: less than what a second
 * COMMIT for those others would have cost it.
 */
const MOST_OF_A_COMMIT = 0.5;

/** A disk that was slow once must not make everybody wait. */
const MOST_WAIT_MS = 2;

/**
 * Group commit: everything committed during one turn of the event loop is written by one SQLite COMMIT at its end. Where
 * several commits came together, so that there is more than one writer, the turns after it are waited for as long as they
 * bring further commits: clients that were answered together do not all come back within one turn. The disk is waited for
 * in another thread; what is committed meanwhile is the next group. Only when a group is on the disk are its waiters and
 * subscribers told. After a failed write the file's state is unknown to us, so nothing works any more: a restart begins
 * from what is on disk.
 */
export class Flusher {
  #scheduled: NodeJS.Immediate | null = null;
  /** A group is on its way to the disk; whether somebody wants another one after it. */
  #isSyncing = false;
  #isWanted = false;
  #durableTs: Timestamp = 0n;
  #latestTs: Timestamp = 0n;
  #waiters: Waiter[] = [];
  #invalid: { ts: Timestamp; subscribers: Subscriber[] }[] = [];
  #failure: Error | null = null;
  /** Commits that are not written yet, and how many were written together last. */
  #unwritten = 0;
  #lastGroup = 0;
  #lastCommitMs = 0;

  constructor(
    private readonly store: Store,
    private readonly onFatal: (error: Error) => void,
  ) {}

  /** Throws when an earlier write failed or the database is closed. */
  requireHealthy(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /** Notes a commit and whom it concerns. */
  committed(ts: Timestamp, subscribers: Subscriber[]): void {
    this.#latestTs = ts;
    this.#unwritten += 1;
    if (subscribers.length > 0) this.#invalid.push({ ts, subscribers });
  }

  schedule(): void {
    if (this.#scheduled !== null || this.#failure !== null) return;
    if (this.#isSyncing) {
      this.#isWanted = true;
      return;
    }
    const until = performance.now() + Math.min(MOST_WAIT_MS, MOST_OF_A_COMMIT * this.#lastCommitMs);
    const wait = (seen: number) => {
      this.#scheduled = setImmediate(() => {
        const mayComeMore = this.#unwritten > seen && Math.max(this.#unwritten, this.#lastGroup) > 1;
        if (mayComeMore && performance.now() < until) {
          wait(this.#unwritten);
          return;
        }
        this.#scheduled = null;
        this.#flush();
      });
    };
    wait(0);
  }

  isDurable(ts: Timestamp): boolean {
    return ts <= this.#durableTs;
  }

  durable(ts: Timestamp): Promise<void> {
    if (ts <= this.#durableTs) return Promise.resolve();
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ ts, resolve, reject });
      this.schedule();
    });
  }

  /** Calls `run` once `ts` is durable, never before this turn ends; not at all if the write fails. */
  whenDurable(ts: Timestamp, run: () => void): void {
    this.durable(ts).then(
      () => this.#guard(run),
      () => undefined, // `fail` has reported it.
    );
  }

  /** Writes everything and waits for the disk. */
  flushNow(upTo: Timestamp): void {
    if (this.#failure !== null) return;
    this.#latestTs = upTo;
    try {
      this.#write(upTo);
      this.store.syncNow();
    } catch (error) {
      this.fail(coerceError(error));
      return;
    }
    this.#survived(upTo);
  }

  #flush(): void {
    if (this.#failure !== null) return;
    const startedMs = performance.now();
    const upTo = this.#latestTs;
    // Somebody did it at once meanwhile.
    if (upTo <= this.#durableTs && !this.store.inBatch) return;
    let syncing: Promise<void> | null;
    try {
      this.#write(upTo);
      syncing = this.store.sync();
    } catch (error) {
      this.fail(coerceError(error));
      return;
    }
    const end = () => {
      this.#lastCommitMs = performance.now() - startedMs;
      this.#survived(upTo);
    };
    if (syncing === null) {
      end();
      return;
    }
    this.#isSyncing = true;
    syncing.then(
      () => {
        this.#isSyncing = false;
        end();
        if (this.#isWanted) this.schedule();
      },
      (error: unknown) => this.fail(coerceError(error)),
    );
  }

  #write(upTo: Timestamp): void {
    this.#isWanted = false;
    this.store.commit(upTo);
    this.#lastGroup = this.#unwritten;
    this.#unwritten = 0;
  }

  /** Everything up to here is on the disk. */
  #survived(upTo: Timestamp): void {
    if (upTo > this.#durableTs) this.#durableTs = upTo;
    const waiters = this.#waiters;
    this.#waiters = waiters.filter(({ ts }) => ts > upTo);
    for (const waiter of waiters) if (waiter.ts <= upTo) waiter.resolve();
    const invalid = this.#invalid;
    this.#invalid = invalid.filter(({ ts }) => ts > upTo);
    for (const { ts, subscribers } of invalid) {
      if (ts > upTo) continue;
      for (const [place, subscriber] of subscribers.entries()) this.#guard(() => subscriber.tell(ts, place));
    }
  }

  /** Ends all work: the state in memory no longer matches the file. */
  fail(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = new Error(`The database stopped after a failed write: ${error.message}`, { cause: error });
    for (const waiter of this.#waiters) waiter.reject(this.#failure);
    this.#waiters = [];
    this.onFatal(this.#failure);
  }

  close(upTo: Timestamp): void {
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    this.flushNow(upTo);
    this.#failure ??= new Error("The database is closed");
    this.store.close();
  }

  /** A subscriber that throws must not keep others from being told. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.onFatal(coerceError(error));
    }
  }
}
