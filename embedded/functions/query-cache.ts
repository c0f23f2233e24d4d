import type { Database, Timestamp } from "../database/types.ts";
import type { QueryOutcome } from "./types.ts";

// Convex keeps 100 MiB (convex-facts f.6, g.4); this process should be small, and what is dropped is only run again.
const MAX_CACHE_BYTES = 32 * 1024 * 1024;
const MAX_CLOCK_AGE_MS = 17_000;

// Larger answers to requests over HTTP are kept from the second time on. Most are never asked for again, and each that is
// kept is copied twice by the garbage collector and drives out others: a tenth of the time of a page of 50 documents.
const LARGE_ANSWER_CHARS = 4096;
// How many questions that were asked once are remembered, twice over.
const ASKED_ONCE = 2048;

// What an entry costs besides its text.
const ENTRY_OVERHEAD_BYTES = 1024;

interface Entry {
  outcome: QueryOutcome;
  /** The outcome holds from `outcome.ts` to here. */
  validUntil: Timestamp;
  computedAtMs: number;
  sawClock: boolean;
  bytes: number;
  /** Asked for since it was last considered for removal. */
  isUsed: boolean;
}

/**
 * Results of queries, each good for every timestamp from its own to the first commit that touches what it read. A
 * result that depends on who asked is kept under that identity; the marker `personal` under the common key says so.
 */
export class QueryCache {
  readonly #database: Database;
  readonly #entries = new Map<string, Entry | "personal">();
  /** Questions whose answers were not kept, and those from before these. */
  #askedOnce = new Set<string>();
  #askedOnceBefore = new Set<string>();
  #bytes = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The outcome as of `ts`, or null. */
  find(key: string, identityKey: string, ts: Timestamp, nowMs: number): QueryOutcome | null {
    const common = this.#entries.get(key);
    const personalKey = `${key}\n${identityKey}`;
    const usedKey = common === "personal" ? personalKey : key;
    const entry = this.#entries.get(usedKey);
    if (entry === undefined || entry === "personal") return null;
    if (ts < entry.outcome.ts) return null;
    if (!this.#isValid(entry, ts, nowMs)) {
      this.#delete(usedKey);
      return null;
    }
    entry.isUsed = true;
    return { ...entry.outcome, ts, cached: true };
  }

  /** `isWatched`: who asked will ask again when something changes. */
  add(
    { key, who, isWatched }: { key: string; who: string; isWatched: boolean },
    outcome: QueryOutcome,
    seen: { identity: boolean; clock: boolean },
    nowMs: number,
  ): void {
    const usedKey = seen.identity ? `${key}\n${who}` : key;
    const isLarge = outcome.result.ok && outcome.result.value.length > LARGE_ANSWER_CHARS;
    if (isLarge && !isWatched && !this.#wasAskedBefore(usedKey)) return;
    this.#delete(usedKey);
    if (seen.identity) {
      this.#delete(key);
      this.#entries.set(key, "personal");
    }
    const bytes = ENTRY_OVERHEAD_BYTES + usedKey.length + (outcome.result.ok ? outcome.result.value.length : 0);
    const entry = { outcome, validUntil: outcome.ts, computedAtMs: nowMs, sawClock: seen.clock, bytes, isUsed: false };
    this.#entries.set(usedKey, entry);
    this.#bytes += bytes;
    this.#makeRoom();
  }

  clear(): void {
    this.#entries.clear();
    this.#askedOnce.clear();
    this.#askedOnceBefore.clear();
    this.#bytes = 0;
  }

  #wasAskedBefore(key: string): boolean {
    if (this.#askedOnce.has(key) || this.#askedOnceBefore.has(key)) return true;
    this.#askedOnce.add(key);
    if (this.#askedOnce.size < ASKED_ONCE) return false;
    this.#askedOnceBefore = this.#askedOnce;
    this.#askedOnce = new Set();
    return false;
  }

  /** Removes the oldest; what was asked for again gets another round, which is cheaper than a move at each use. */
  #makeRoom(): void {
    for (const [key, oldest] of this.#entries) {
      if (this.#bytes <= MAX_CACHE_BYTES) break;
      if (oldest !== "personal" && oldest.isUsed) {
        oldest.isUsed = false;
        this.#entries.delete(key);
        this.#entries.set(key, oldest);
      } else this.#delete(key);
    }
  }

  #isValid(entry: Entry, ts: Timestamp, nowMs: number): boolean {
    if (entry.sawClock && nowMs - entry.computedAtMs > MAX_CLOCK_AGE_MS) return false;
    if (ts <= entry.validUntil) return true;
    if (!this.#database.isUnchanged(entry.outcome.reads, entry.validUntil, ts)) return false;
    entry.validUntil = ts;
    return true;
  }

  #delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    if (entry !== "personal") this.#bytes -= entry.bytes;
  }
}
