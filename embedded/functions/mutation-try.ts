import { convexToJson, jsonToConvex } from "convex/values";
import type { JSONValue } from "convex/values";
import type { Timestamp, Transaction } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { resolveCommitTs } from "../value/document.ts";
import type { FrameOutcome } from "./execute.ts";
import { parseFunctionPath, shortPath } from "./function-path.ts";
import { chain } from "./maybe-promise.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import { EMPTY_CODE } from "./modules/deployed-code.ts";
import type { DeployedCode } from "./modules/deployed-code.ts";
import { abandonSnapshots, startRun } from "./run.ts";
import type { Run, RunServices } from "./run.ts";
import { writeSessionRecord } from "./session-records.ts";
import type { SessionRecord } from "./session-records.ts";
import type { Slots } from "./slots.ts";
import { TIMED_OUT } from "./time-budget.ts";
import { executeCall, isPatient, systemFunctionOf } from "./top-call.ts";
import type { SystemFunction } from "./top-call.ts";
import type { TurnOptions } from "./turn-queue.ts";
import type { FunctionError, FunctionRunner, LogLine, MutationOutcome } from "./types.ts";

export type MutationCall = Parameters<FunctionRunner["mutation"]>[0];

/** Somebody else's write came between a try and its commit. */
export interface Conflict {
  kind: "conflict";
  table: string;
  documentId: string;
  writer: string | null;
  logLines: LogLine[];
  executionMs: number;
}

/** How one try ended; `result` is final. */
type TryOutcome = { kind: "done"; result: MutationOutcome } | Conflict;

const NOT_RUN: FunctionError = { message: "The call was withdrawn before it ran.", code: "NotRun" };

/** What every try needs. */
export interface TryServices extends RunServices {
  load(tx: Transaction): DeployedCode | Promise<DeployedCode> | null;
  systemFunctions: Readonly<Record<string, SystemFunction>>;
  findRecord(tx: Transaction, session: NonNullable<MutationCall["session"]>): SessionRecord | null;
}

/** The function's result with commit-timestamp placeholders filled in (convex-facts d.6). */
function withCommitTs(value: string, ts: Timestamp): string {
  if (!value.includes('"$commitTs"')) return value;
  return JSON.stringify(convexToJson(resolveCommitTs(jsonToConvex(JSON.parse(value) as JSONValue), ts)));
}

function firstArgument(call: MutationCall): JSONValue {
  return Array.isArray(call.args) ? (call.args[0] ?? {}) : call.args;
}

// Files of an abandoned run or behind a deleted document: a leftover costs disk space, nothing else.
function runEffects(effects: readonly (() => Promise<void>)[]): void {
  for (const effect of effects) {
    effect().catch((error: unknown) => process.emitWarning(`Could not remove a stored file: ${String(error)}`));
  }
}

/** A mutation run once, on one snapshot. */
export class MutationTry implements TurnOptions<TryOutcome> {
  readonly slots: Slots;
  readonly isPatient: boolean;
  readonly #services: TryServices;
  readonly #call: MutationCall;
  readonly #startedMs = performance.now();
  #run: Run | null = null;
  #tx: Transaction | null = null;
  #undo: (() => void) | null = null;

  constructor(services: TryServices, call: MutationCall) {
    this.slots = services.slots.mutations;
    this.isPatient = isPatient(call);
    this.#services = services;
    this.#call = call;
  }

  /** It goes on asynchronously because it takes long: others' writes in between would only make it run again. */
  keepsLane(): boolean {
    return this.#run?.budget.hasYielded === true;
  }

  run(): MaybePromise<TryOutcome> {
    const { database } = this.#services;
    const tx = database.begin();
    this.#tx = tx;
    try {
      const { session, before } = this.#call;
      const replay = session === undefined ? null : this.#services.findRecord(tx, session);
      if (replay !== null) {
        database.abandon(tx);
        return this.#done({ value: replay.value, ts: replay.ts ?? database.latestTs }, replay.logLines);
      }
      if (before !== undefined && !before(tx)) {
        database.abandon(tx);
        return this.#done({ error: NOT_RUN }, []);
      }
      const loaded = this.#services.load(tx) as MaybePromise<DeployedCode | null>;
      const ended = chain(loaded, (code) => this.#execute(tx, code ?? EMPTY_CODE));
      return ended instanceof Promise ? ended.catch((thrown: unknown) => this.#abandon(tx, thrown)) : ended;
    } catch (thrown) {
      return this.#abandon(tx, thrown);
    }
  }

  #abandon(tx: Transaction, thrown: unknown): never {
    this.#services.database.abandon(tx);
    throw thrown;
  }

  /** Ends the try after the watchdog cut its function off. */
  cutOff(): TryOutcome {
    if (this.#run === null || this.#tx === null) throw new Error("A run was cut off before it began");
    abandonSnapshots(this.#run);
    this.#undo?.();
    return this.#settle(this.#tx, this.#run, { ok: false, error: TIMED_OUT, kept: false });
  }

  #execute(tx: Transaction, code: DeployedCode): MaybePromise<TryOutcome> {
    const call = this.#call;
    const run = startRun(this.#services, code, "Mutation", call, tx, null);
    const start = tx.savepoint();
    this.#run = run;
    this.#undo = () => tx.rollbackTo(start);
    const native = systemFunctionOf(call, this.#services.systemFunctions);
    const executed: MaybePromise<FrameOutcome> =
      native === null
        ? executeCall(run)
        : { ok: true, value: JSON.stringify(native(tx, firstArgument(call), call.component)) };
    return chain(executed, (outcome) => {
      if (!outcome.ok) this.#undo?.();
      return this.#settle(tx, run, outcome);
    });
  }

  #settle(tx: Transaction, run: Run, outcome: FrameOutcome): TryOutcome {
    const { database } = this.#services;
    const { within, session, path } = this.#call;
    const logLines = run.log.lines;
    if (!outcome.ok && (within === undefined || outcome.error.code !== undefined)) {
      database.abandon(tx);
      runEffects(run.afterAbandon);
      // A refusal by the system is no outcome a job could note: it is tried again.
      if (within !== undefined) throw new DeveloperError(outcome.error.code ?? "", outcome.error.message, 503);
      return this.#done({ error: outcome.error }, logLines);
    }
    within?.(tx, outcome.ok ? { ok: true } : { ok: false, error: outcome.error });
    if (outcome.ok && session !== undefined) {
      writeSessionRecord(tx, session, { value: outcome.value, logLines, ts: null });
    }
    const committed = database.commit(tx, shortPath(parseFunctionPath(path)));
    if (committed.kind === "conflict") {
      runEffects(run.afterAbandon);
      return { ...committed, logLines, executionMs: performance.now() - this.#startedMs };
    }
    if (!outcome.ok) {
      runEffects(run.afterAbandon);
      return this.#done({ error: outcome.error }, logLines);
    }
    if (run.afterCommit.length > 0) void database.durable(committed.ts).then(() => runEffects(run.afterCommit));
    return this.#done({ value: withCommitTs(outcome.value, committed.ts), ts: committed.ts }, logLines);
  }

  #done(result: { error: FunctionError } | { value: string; ts: Timestamp }, logLines: LogLine[]): TryOutcome {
    const ran = { logLines, executionMs: performance.now() - this.#startedMs };
    return {
      kind: "done",
      result: "error" in result ? { ok: false, ...result, ...ran } : { ok: true, ...result, ...ran },
    };
  }
}
