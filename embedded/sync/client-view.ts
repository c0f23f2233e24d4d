import type { JSONValue } from "convex/values";
import type { Timestamp } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import type { ModifyQuerySet } from "./client-messages.ts";
import type { StateModification, StateVersion } from "./server-messages.ts";

/** A query one client subscribes to. */
export interface TrackedQuery {
  readonly queryId: number;
  readonly udfPath: string;
  readonly args: JSONValue[];
  readonly componentPath: string;
  /** Pins the page end of a paginated query over its re-runs (convex-facts a.6). */
  journal: string | null;
  removed: boolean;
  /** Identity version of the last run; null when it must run again. */
  freshAtIdentity: number | null;
  /** Fingerprint of what the client was last told; null before the first result. */
  told: string | null;
}

/** What a run of a query means to a client. */
export interface QueryRun {
  /** Equal fingerprints mean the client already has this result: value or error, and log lines. */
  fingerprint: string;
  journal: string | null;
  modification: (queryId: number) => StateModification;
}

/** One Transition being computed. Everything that arrives later belongs to the next one. */
export interface TransitionPlan {
  readonly startVersion: StateVersion;
  readonly endVersion: StateVersion;
  readonly removed: readonly number[];
  readonly toRun: readonly TrackedQuery[];
}

/**
 * The pure half of the sync protocol: what one client asked for, what it was told, and the versions between them
 * (convex-facts a.4). No sockets, no clock, no database.
 */
export class ClientView {
  #sent: StateVersion = { querySet: 0, identity: 0, ts: 0n };
  #querySet = 0;
  #identity = 0;
  #removed: number[] = [];
  readonly #queries = new Map<number, TrackedQuery>();

  get identityVersion(): number {
    return this.#identity;
  }

  get sentVersion(): StateVersion {
    return this.#sent;
  }

  /**
   * Applies a ModifyQuerySet. Returns the queries that ended. Throws DeveloperError `BaseVersionMismatch` when the
   * client skipped a version, Error for a query id added twice or never added.
   */
  modifyQuerySet(message: ModifyQuerySet): TrackedQuery[] {
    checkBaseVersion(message.baseVersion, this.#querySet);
    const ended: TrackedQuery[] = [];
    for (const modification of message.modifications) {
      const known = this.#queries.get(modification.queryId);
      if (modification.type === "Remove") {
        if (known === undefined) throw new Error(`Unknown query id ${modification.queryId}`);
        this.#queries.delete(known.queryId);
        this.#removed.push(known.queryId);
        known.removed = true;
        ended.push(known);
        continue;
      }
      if (known !== undefined) throw new Error(`Duplicate query id ${modification.queryId}`);
      const { queryId, udfPath, args, componentPath, journal } = modification;
      this.#queries.set(queryId, {
        queryId,
        udfPath,
        args,
        componentPath,
        journal,
        removed: false,
        freshAtIdentity: null,
        told: null,
      });
    }
    this.#querySet = message.newVersion;
    return ended;
  }

  /** Throws DeveloperError `BaseVersionMismatch` when the client skipped an identity version. */
  checkIdentityBase(baseVersion: number): void {
    checkBaseVersion(baseVersion, this.#identity);
  }

  /** A new identity took effect: every query must run again. */
  identityChanged(): void {
    this.#identity++;
    for (const query of this.#queries.values()) query.freshAtIdentity = null;
  }

  /** A commit touched what the query read. */
  invalidate(query: TrackedQuery): void {
    query.freshAtIdentity = null;
  }

  /** Whether some query is new or was invalidated since it ran. */
  hasStale(): boolean {
    for (const query of this.#queries.values()) if (query.freshAtIdentity === null) return true;
    return false;
  }

  /** Starts a Transition to `ts`: every query that is new or was invalidated is to run. */
  begin(ts: Timestamp): TransitionPlan {
    const toRun = [...this.#queries.values()].filter((query) => query.freshAtIdentity === null);
    const removed = this.#removed;
    this.#removed = [];
    const endVersion = { querySet: this.#querySet, identity: this.#identity, ts };
    return { startVersion: this.#sent, endVersion, removed, toRun };
  }

  /** Takes back a Transition that could not be computed. */
  undo(plan: TransitionPlan): void {
    this.#removed = [...plan.removed, ...this.#removed];
  }

  /**
   * Ends a Transition with the results of `plan.toRun`. Returns its modifications in query-id order; results the
   * client already has yield none.
   */
  finish(plan: TransitionPlan, runs: ReadonlyMap<TrackedQuery, QueryRun>): StateModification[] {
    const modifications: StateModification[] = plan.removed.map((queryId) => ({ type: "QueryRemoved", queryId }));
    for (const [query, run] of runs) {
      query.journal = run.journal;
      // An Authenticate may have arrived while the query ran; then this result is already out of date.
      query.freshAtIdentity = plan.endVersion.identity === this.#identity ? this.#identity : null;
      if (query.told === run.fingerprint) continue;
      query.told = run.fingerprint;
      modifications.push(run.modification(query.queryId));
    }
    this.#sent = plan.endVersion;
    return modifications.sort((a, b) => a.queryId - b.queryId);
  }
}

function checkBaseVersion(given: number, current: number): void {
  if (given === current) return;
  throw new DeveloperError(
    "BaseVersionMismatch",
    `Base version ${given} passed up doesn't match the current version ${current}`,
  );
}
