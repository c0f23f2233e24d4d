import type { Timestamp } from "../database/types.ts";
import type { CodeLoader, DeployedCode } from "./modules/deployed-code.ts";
import { QueryCache } from "./query-cache.ts";
import { chain } from "./maybe-promise.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import { abandonSnapshots, startRun } from "./run.ts";
import type { RunServices } from "./run.ts";
import { TIMED_OUT } from "./time-budget.ts";
import { executeCall, identityKey, isPatient, isPrivileged, refusalError, systemFunctionOf } from "./top-call.ts";
import type { SystemFunction } from "./top-call.ts";
import type { TurnQueue } from "./turn-queue.ts";
import type { FunctionCall, QueryOutcome } from "./types.ts";

export type QueryCall = FunctionCall & { at?: Timestamp; journal?: string | null };

/** A call without what its answer does not depend on. */
interface Asked {
  key: string;
  who: string;
}

function askedOf(call: QueryCall): Asked {
  const key = JSON.stringify([call.component, call.path, call.args, isPrivileged(call), call.journal ?? null]);
  return { key, who: identityKey(call.identity) };
}

/** What ends a run that the watchdog cut off; null while there is none to end. */
interface Cut {
  settle: (() => QueryOutcome) | null;
}

type Computed = { outcome: QueryOutcome; seen: { identity: boolean; clock: boolean } };

/** Runs queries: from the cache where it may, each distinct one once at a time (convex-facts g.4). */
export class QueryRunner {
  readonly #services: RunServices;
  readonly #loader: CodeLoader;
  readonly #turns: TurnQueue;
  readonly #systemFunctions: Readonly<Record<string, SystemFunction>>;
  readonly #cache: QueryCache;
  readonly #inFlight = new Map<string, Promise<QueryOutcome>>();

  constructor(
    services: RunServices,
    loader: CodeLoader,
    turns: TurnQueue,
    systemFunctions: Readonly<Record<string, SystemFunction>>,
  ) {
    this.#services = services;
    this.#loader = loader;
    this.#turns = turns;
    this.#systemFunctions = systemFunctions;
    this.#cache = new QueryCache(services.database);
  }

  clearCache(): void {
    this.#cache.clear();
  }

  run(call: QueryCall): MaybePromise<QueryOutcome> {
    const { database } = this.#services;
    const asked = askedOf(call);
    // What is known needs no turn of its own among the functions that run.
    const known = this.#known(asked, call.at ?? database.latestTs);
    return chain(known ?? this.#runTurn(call, asked), (outcome) =>
      database.isDurable(outcome.ts) ? outcome : database.durable(outcome.ts).then(() => outcome),
    );
  }

  #known({ key, who }: Asked, ts: Timestamp): QueryOutcome | null {
    return this.#cache.find(key, who, ts, this.#services.clock.nowMs());
  }

  #runTurn(call: QueryCall, asked: Asked): Promise<QueryOutcome> {
    const { database } = this.#services;
    const cut: Cut = { settle: null };
    return this.#turns.run({
      run: () => this.#answer(call, asked, call.at ?? database.latestTs, cut),
      cutOff: () => settleCut(cut),
      slots: this.#services.slots.queries,
      isPatient: isPatient(call),
    });
  }

  #answer(call: QueryCall, asked: Asked, ts: Timestamp, cut: Cut): MaybePromise<QueryOutcome> {
    const { key, who } = asked;
    const nowMs = this.#services.clock.nowMs();
    const cached = this.#known(asked, ts);
    if (cached !== null) return cached;
    const flightKey = `${ts}\n${who}\n${key}`;
    const running = this.#inFlight.get(flightKey);
    if (running !== undefined) return running.then((outcome) => ({ ...outcome, cached: true }));
    const answer = chain(this.#compute(call, ts, cut), ({ outcome, seen }) => {
      if (outcome.result.ok) this.#cache.add(key, who, outcome, seen, nowMs);
      return outcome;
    });
    if (answer instanceof Promise) {
      this.#inFlight.set(flightKey, answer);
      const forget = () => void this.#inFlight.delete(flightKey);
      answer.then(forget, forget);
    }
    return answer;
  }

  #compute(call: QueryCall, ts: Timestamp, cut: Cut): MaybePromise<Computed> {
    const { database } = this.#services;
    const startedMs = performance.now();
    const tx = database.begin({ readOnly: true, at: ts });
    const finish = (
      result: QueryOutcome["result"],
      more: Pick<QueryOutcome, "journal" | "logLines"> & Computed["seen"],
    ): Computed => {
      database.abandon(tx);
      const { journal, logLines, identity, clock } = more;
      const executionMs = performance.now() - startedMs;
      return {
        outcome: { ts, reads: tx.reads, journal, cached: false, result, logLines, executionMs },
        seen: { identity, clock },
      };
    };
    const nothingSeen = { journal: null, logLines: [], identity: false, clock: false };
    const native = systemFunctionOf(call, this.#systemFunctions);
    if (native !== null) {
      try {
        const args = Array.isArray(call.args) ? (call.args[0] ?? {}) : call.args;
        const value = JSON.stringify(native(tx, args, call.component));
        return finish({ ok: true, value }, { ...nothingSeen, clock: true });
      } catch (thrown) {
        return finish({ ok: false, error: refusalError(thrown) }, nothingSeen);
      }
    }
    return chain(this.#loader.load(tx) as MaybePromise<DeployedCode | null>, (code) => {
      const run = startRun(this.#services, code ?? EMPTY_CODE, "Query", call, tx, call.journal ?? null);
      cut.settle = () => {
        abandonSnapshots(run);
        const seen = { ...nothingSeen, logLines: run.log.lines };
        return finish({ ok: false, error: TIMED_OUT }, seen).outcome;
      };
      return chain(executeCall(run), (outcome) =>
        finish(outcome.ok ? { ok: true, value: outcome.value } : { ok: false, error: outcome.error }, {
          journal: run.nextJournal,
          logLines: run.log.lines,
          identity: run.sawIdentity,
          clock: run.sawClock,
        }),
      );
    });
  }
}

/** What a backend runs to which nothing was ever pushed: no function is found. */
export const EMPTY_CODE: DeployedCode = {
  deployment: { version: "none", pushedAtMs: 0, udfServerVersion: "", components: [], authProviders: [] },
  components: new Map(),
};

/** The result of a run that was cut off. */
function settleCut<T>(cut: { settle: (() => T) | null }): T {
  if (cut.settle === null) throw new Error("A run was cut off before it began");
  return cut.settle();
}
