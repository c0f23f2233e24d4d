import { setTimeout as delay } from "node:timers/promises";
import { parseFunctionPath, shortPath } from "./function-path.ts";
import type { CodeLoader } from "./modules/deployed-code.ts";
import { MutationTry } from "./mutation-try.ts";
import type { Conflict, MutationCall, TryServices } from "./mutation-try.ts";
import type { RunServices } from "./run.ts";
import { SessionRequests } from "./session-records.ts";
import type { SystemFunction } from "./top-call.ts";
import type { TurnQueue } from "./turn-queue.ts";
import type { FunctionError, MutationOutcome } from "./types.ts";

/** A try that was thrown away because of somebody else's write; `retries` were made before it. */
export interface DiscardedTry {
  conflict: Omit<Conflict, "kind">;
  retries: number;
  error: FunctionError;
}

// Convex-facts g.2; retries without a limit wait as d.7 says.
const MAX_RETRIES = 4;
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 2000;
const MAX_FOREVER_BACKOFF_MS = 60_000;

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

/** Runs mutations in arrival order, retries conflicts, answers when the commit is durable (convex-facts a.5, d.6, g.2). */
export class MutationRunner {
  readonly #services: TryServices;
  readonly #turns: TurnQueue;
  readonly #onDiscarded: (call: MutationCall, discarded: DiscardedTry) => void;

  /** `onDiscarded` is told of every try that will be made again. */
  constructor(
    services: RunServices,
    loader: CodeLoader,
    turns: TurnQueue,
    systemFunctions: Readonly<Record<string, SystemFunction>>,
    onDiscarded: (call: MutationCall, discarded: DiscardedTry) => void,
  ) {
    const sessions = new SessionRequests();
    this.#services = {
      ...services,
      systemFunctions,
      load: (tx) => loader.load(tx),
      findRecord: (tx, session) => sessions.find(tx, session),
    };
    this.#turns = turns;
    this.#onDiscarded = onDiscarded;
  }

  /** `discarded` is the last try of a call that met a conflict each time. */
  async run(call: MutationCall): Promise<MutationOutcome & { discarded?: DiscardedTry }> {
    const { database } = this.#services;
    for (let retries = 0; ; retries += 1) {
      const current = new MutationTry(this.#services, call);
      const outcome = await this.#turns.run(current);
      if (outcome.kind === "done") {
        const ts = outcome.result.ok ? outcome.result.ts : database.latestTs;
        if (!database.isDurable(ts)) await database.durable(ts);
        return outcome.result;
      }
      const error = conflictError(outcome, shortPath(parseFunctionPath(call.path)));
      const discarded = { conflict: outcome, retries, error };
      if (retries >= MAX_RETRIES && call.retryForever !== true) {
        return { ok: false, error, logLines: [], executionMs: outcome.executionMs, discarded };
      }
      this.#onDiscarded(call, discarded);
      const cap = call.retryForever === true ? MAX_FOREVER_BACKOFF_MS : MAX_BACKOFF_MS;
      await delay(Math.min(cap, FIRST_BACKOFF_MS * 2 ** retries) * (0.5 + Math.random() / 2));
    }
  }
}
