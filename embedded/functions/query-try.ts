import type { Timestamp, Transaction } from "../database/types.ts";
import type { FrameOutcome } from "./execute.ts";
import { chain } from "./maybe-promise.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import { EMPTY_CODE } from "./modules/deployed-code.ts";
import type { DeployedCode } from "./modules/deployed-code.ts";
import { abandonSnapshots, startRun } from "./run.ts";
import type { Run, RunServices } from "./run.ts";
import { TIMED_OUT } from "./time-budget.ts";
import { executeCall, refusalError, systemFunctionOf } from "./top-call.ts";
import type { SystemFunction } from "./top-call.ts";
import type { FunctionCall, QueryOutcome } from "./types.ts";

export type QueryCall = FunctionCall & { at?: Timestamp; journal?: string | null };

/** What every run of a query needs. */
export interface QueryServices extends RunServices {
  load(tx: Transaction): DeployedCode | Promise<DeployedCode> | null;
  systemFunctions: Readonly<Record<string, SystemFunction>>;
}

/** A query run once, on one snapshot. */
export class QueryTry {
  readonly #services: QueryServices;
  readonly #call: QueryCall;
  readonly #ts: Timestamp;
  readonly #tx: Transaction;
  readonly #startedMs = performance.now();
  #run: Run | null = null;
  #isNative = false;

  /** Opens the snapshot of `ts`: the try must be started. */
  constructor(services: QueryServices, call: QueryCall, ts: Timestamp) {
    this.#services = services;
    this.#call = call;
    this.#ts = ts;
    this.#tx = services.database.begin({ readOnly: true, at: ts });
  }

  /** What the result depends on besides the data. */
  get sawIdentity(): boolean {
    return this.#run?.sawIdentity === true;
  }

  get sawClock(): boolean {
    return this.#isNative || this.#run?.sawClock === true;
  }

  start(): MaybePromise<QueryOutcome> {
    const native = systemFunctionOf(this.#call, this.#services.systemFunctions);
    if (native !== null) return this.#runNative(native);
    return chain(this.#services.load(this.#tx) as MaybePromise<DeployedCode | null>, (code) => {
      const { journal = null } = this.#call;
      this.#run = startRun(this.#services, code ?? EMPTY_CODE, "Query", this.#call, this.#tx, journal);
      return chain(executeCall(this.#run), (outcome) => this.#settle(outcome));
    });
  }

  /** Ends the try after the watchdog cut its function off. */
  cutOff(): QueryOutcome {
    if (this.#run === null) throw new Error("A run was cut off before it began");
    abandonSnapshots(this.#run);
    return this.#outcome({ ok: false, error: TIMED_OUT });
  }

  #runNative(native: SystemFunction): QueryOutcome {
    this.#isNative = true;
    const { args, component } = this.#call;
    try {
      const value = JSON.stringify(native(this.#tx, Array.isArray(args) ? (args[0] ?? {}) : args, component));
      return this.#outcome({ ok: true, value });
    } catch (thrown) {
      return this.#outcome({ ok: false, error: refusalError(thrown) });
    }
  }

  #settle(outcome: FrameOutcome): QueryOutcome {
    return this.#outcome(outcome.ok ? { ok: true, value: outcome.value } : { ok: false, error: outcome.error });
  }

  #outcome(result: QueryOutcome["result"]): QueryOutcome {
    this.#services.database.abandon(this.#tx);
    return {
      ts: this.#ts,
      reads: this.#tx.reads,
      journal: this.#run?.nextJournal ?? null,
      cached: false,
      result,
      logLines: this.#run?.log.lines ?? [],
      executionMs: performance.now() - this.#startedMs,
    };
  }
}
