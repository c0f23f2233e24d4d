import { setTimeout as delay } from "node:timers/promises";
import { convexToJson, jsonToConvex } from "convex/values";
import type { JSONValue } from "convex/values";
import type { Timestamp, Transaction } from "../database/types.ts";
import { resolveCommitTs } from "../value/document.ts";
import { TIMED_OUT } from "./execute.ts";
import type { FrameOutcome } from "./execute.ts";
import { parseFunctionPath, shortPath } from "./function-path.ts";
import { chain } from "./maybe-promise.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { CodeLoader, DeployedCode } from "./modules/deployed-code.ts";
import { EMPTY_CODE, settleCut } from "./query-runner.ts";
import { startRun } from "./run.ts";
import type { Run, RunServices } from "./run.ts";
import { SessionRequests, writeSessionRecord } from "./session-records.ts";
import { executeCall, isPatient, systemFunctionOf } from "./top-call.ts";
import type { SystemFunction } from "./top-call.ts";
import type { TurnQueue } from "./turn-queue.ts";
import type { FunctionError, FunctionRunner, LogLine, MutationOutcome } from "./types.ts";

export type MutationCall = Parameters<FunctionRunner["mutation"]>[0];

/** What ends a run that the watchdog cut off; null while there is none to end. */
interface Cut {
  settle: (() => Attempt) | null;
}

type Conflict = { kind: "conflict"; table: string; documentId: string; writer: string | null };

/** How one try ended; `result` is final. */
type Attempt = { kind: "done"; result: MutationOutcome } | Conflict;

// Convex-facts g.2; retries without a limit wait as d.7 says.
const MAX_RETRIES = 4;
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 2000;
const MAX_FOREVER_BACKOFF_MS = 60_000;

const NOT_RUN: FunctionError = { message: "The call was withdrawn before it ran.", code: "NotRun" };

function conflictError(conflict: Conflict, path: string): FunctionError {
  const { table, documentId, writer } = conflict;
  const culprit =
    writer === path
      ? ` Another call to this mutation changed the document with ID "${documentId}".`
      : writer === null
        ? ""
        : ` A call to "${writer}" changed the document with ID "${documentId}".`;
  return {
    code: "OptimisticConcurrencyControlFailure",
    message:
      `Documents read from or written to the "${table}" table changed while this mutation was being run and on ` +
      `every subsequent retry.${culprit} See https://docs.convex.dev/error#1.`,
  };
}

/** The function's result with commit-timestamp placeholders filled in (convex-facts d.6). */
function withCommitTs(value: string, ts: Timestamp): string {
  if (!value.includes('"$commitTs"')) return value;
  return JSON.stringify(convexToJson(resolveCommitTs(jsonToConvex(JSON.parse(value) as JSONValue), ts)));
}

/** Runs mutations in arrival order, retries conflicts, answers when the commit is durable (convex-facts a.5, d.6, g.2). */
export class MutationRunner {
  readonly #services: RunServices;
  readonly #loader: CodeLoader;
  readonly #turns: TurnQueue;
  readonly #sessions = new SessionRequests();
  readonly #systemFunctions: Readonly<Record<string, SystemFunction>>;

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
  }

  async run(call: MutationCall): Promise<MutationOutcome> {
    const { database } = this.#services;
    for (let tries = 0; ; tries += 1) {
      const cut: Cut = { settle: null };
      const attempt = await this.#turns.run({
        run: () => this.#attempt(call, cut),
        cutOff: () => settleCut(cut),
        slots: this.#services.slots.mutations,
        isPatient: isPatient(call),
      });
      if (attempt.kind === "done") {
        await database.durable(attempt.result.ok ? attempt.result.ts : database.latestTs);
        return attempt.result;
      }
      if (tries >= MAX_RETRIES && call.retryForever !== true) {
        const error = conflictError(attempt, shortPath(parseFunctionPath(call.path)));
        return { ok: false, error, logLines: [], executionMs: 0 };
      }
      const cap = call.retryForever === true ? MAX_FOREVER_BACKOFF_MS : MAX_BACKOFF_MS;
      await delay(Math.min(cap, FIRST_BACKOFF_MS * 2 ** tries) * (0.5 + Math.random() / 2));
    }
  }

  #attempt(call: MutationCall, cut: Cut): MaybePromise<Attempt> {
    const { database } = this.#services;
    const startedMs = performance.now();
    const tx = database.begin();
    const done = (
      result: { error: FunctionError } | { value: string; ts: Timestamp },
      logLines: LogLine[],
    ): Attempt => {
      const ran = { logLines, executionMs: performance.now() - startedMs };
      return {
        kind: "done",
        result: "error" in result ? { ok: false, ...result, ...ran } : { ok: true, ...result, ...ran },
      };
    };
    const abandonOnError = (thrown: unknown): never => {
      database.abandon(tx);
      throw thrown;
    };
    try {
      const replay = call.session === undefined ? null : this.#sessions.find(tx, call.session);
      if (replay !== null) {
        database.abandon(tx);
        return done({ value: replay.value, ts: replay.ts ?? database.latestTs }, replay.logLines);
      }
      if (call.before !== undefined && !call.before(tx)) {
        database.abandon(tx);
        return done({ error: NOT_RUN }, []);
      }
      const ended = chain(this.#loader.load(tx) as MaybePromise<DeployedCode | null>, (code) =>
        this.#execute(call, tx, code ?? EMPTY_CODE, done, cut),
      );
      return ended instanceof Promise ? ended.catch(abandonOnError) : ended;
    } catch (thrown) {
      return abandonOnError(thrown);
    }
  }

  #execute(
    call: MutationCall,
    tx: Transaction,
    code: DeployedCode,
    done: (result: { error: FunctionError } | { value: string; ts: Timestamp }, logLines: LogLine[]) => Attempt,
    cut: Cut,
  ): MaybePromise<Attempt> {
    const run = startRun(this.#services, code, "Mutation", call, tx, null);
    const start = tx.savepoint();
    cut.settle = () => {
      tx.rollbackTo(start);
      return this.#settle(call, run, { ok: false, error: { message: TIMED_OUT }, kept: false }, done);
    };
    const native = systemFunctionOf(call, this.#systemFunctions);
    const executed: MaybePromise<FrameOutcome> =
      native === null
        ? executeCall(run)
        : { ok: true, value: JSON.stringify(native(tx, firstArgument(call), call.component)) };
    return chain(executed, (outcome) => {
      if (!outcome.ok) tx.rollbackTo(start);
      return this.#settle(call, run, outcome, done);
    });
  }

  #settle(
    call: MutationCall,
    run: Run,
    outcome: FrameOutcome,
    done: (result: { error: FunctionError } | { value: string; ts: Timestamp }, logLines: LogLine[]) => Attempt,
  ): Attempt {
    const { database } = this.#services;
    const { tx } = run;
    const logLines = run.log.lines;
    call.within?.(tx, outcome.ok ? { ok: true } : { ok: false, error: outcome.error });
    if (!outcome.ok && call.within === undefined) {
      database.abandon(tx);
      runEffects(run.afterAbandon);
      return done({ error: outcome.error }, logLines);
    }
    if (outcome.ok && call.session !== undefined) {
      writeSessionRecord(tx, call.session, { value: outcome.value, logLines, ts: null });
    }
    const committed = database.commit(tx, shortPath(parseFunctionPath(call.path)));
    if (committed.kind === "conflict") {
      runEffects(run.afterAbandon);
      return committed;
    }
    if (!outcome.ok) {
      runEffects(run.afterAbandon);
      return done({ error: outcome.error }, logLines);
    }
    void database.durable(committed.ts).then(() => runEffects(run.afterCommit));
    return done({ value: withCommitTs(outcome.value, committed.ts), ts: committed.ts }, logLines);
  }
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
