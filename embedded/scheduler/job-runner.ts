import type { JSONValue } from "convex/values";
import type { Clock } from "../clock.ts";
import type { Database, Transaction } from "../database/types.ts";
import { coerceError } from "../errors.ts";
import type { FunctionCall, FunctionRunner } from "../functions/types.ts";
import { findJob, setJobState, updateJob } from "./job-store.ts";
import type { ScheduledJob } from "./job-store.ts";

export interface JobServices {
  database: Database;
  runner: FunctionRunner;
  clock: Clock;
}

// Convex-facts d.7: back-off after errors of the backend's own.
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 2 * 60 * 60 * 1000;

export const LOST_ACTION = "Transient error while executing action";

/** Runs `work` in a transaction of its own; resolves when it is durable. */
export async function inTransaction<T>(database: Database, work: (tx: Transaction) => T): Promise<T> {
  for (;;) {
    const tx = database.begin();
    let result: T;
    try {
      result = work(tx);
    } catch (error) {
      database.abandon(tx);
      throw error;
    }
    // Begin, work and commit happen without a pause; trying again would settle a conflict.
    const outcome = database.commit(tx, "_scheduler");
    if (outcome.kind === "conflict") continue;
    await database.durable(outcome.ts);
    return result;
  }
}

/** A fresh id of 16 hex digits for logs and error texts. */
export function newRequestId(): string {
  return Array.from({ length: 16 }, () => Math.floor(Math.random() * 16).toString(16)).join("");
}

function callOf(job: ScheduledJob): FunctionCall {
  return {
    component: job.target.component,
    path: job.target.path,
    args: JSON.parse(job.args) as JSONValue,
    identity: { kind: "system" },
    requestId: newRequestId(),
    caller: "Scheduler",
    scheduledJob: { id: job.id, owner: job.owner },
  };
}

/**
 * Runs a due job to its end. Mutations: the state change is in the mutation's own transaction, so each takes effect
 * exactly once. Actions: marked as started first, so each starts at most once (convex-facts d.7).
 */
export async function runJob(services: JobServices, job: ScheduledJob): Promise<void> {
  const { runner } = services;
  try {
    const described = await runner.describe(job.target.component, job.target.path);
    if (described?.udfType === "Mutation") await runMutationJob(services, job);
    else if (described?.udfType === "Action") await runActionJob(services, job);
    else {
      const error =
        described === null
          ? `Could not find function for '${job.target.path}'`
          : "Unsupported function type: only mutations and actions can be scheduled.";
      await endJob(services, job, error);
    }
  } catch (thrown) {
    await postpone(services, job, coerceError(thrown));
  }
}

async function runMutationJob({ runner, clock }: JobServices, job: ScheduledJob): Promise<void> {
  await runner.mutation({
    ...callOf(job),
    retryForever: true,
    before: (tx) => {
      const current = findJob(tx, job.id);
      if (current !== null) tx.system.patch(current.owner, current.id, { state: { kind: "inProgress" } });
      return current !== null;
    },
    within: (tx, outcome) => {
      // Gone when the mutation removed it, which only the backend's own functions can.
      const current = findJob(tx, job.id);
      if (current === null) return;
      setJobState(
        tx,
        current,
        outcome.ok ? { kind: "success" } : { kind: "failed", error: outcome.error.message },
        clock.nowMs(),
      );
    },
  });
}

async function runActionJob(services: JobServices, job: ScheduledJob): Promise<void> {
  const { database, runner } = services;
  const isStarted = await inTransaction(database, (tx) => {
    const current = findJob(tx, job.id);
    if (current === null || current.isRunning) return false;
    tx.system.patch(current.owner, current.id, { state: { kind: "inProgress" } });
    updateJob(tx, current, { isRunning: true });
    return true;
  });
  if (!isStarted) return;
  let error: string | null;
  try {
    const outcome = await runner.action(callOf(job));
    error = outcome.ok ? null : outcome.error.message;
  } catch (thrown) {
    // It may have had effects: an action is never started twice.
    error = `${LOST_ACTION}: ${coerceError(thrown).message}`;
  }
  await endJob(services, job, error);
}

/** Ends a job that was not cancelled meanwhile. */
export async function endJob({ database, clock }: JobServices, job: ScheduledJob, error: string | null): Promise<void> {
  await inTransaction(database, (tx) => {
    const current = findJob(tx, job.id);
    if (current === null) return;
    setJobState(tx, current, error === null ? { kind: "success" } : { kind: "failed", error }, clock.nowMs());
  });
}

async function postpone({ database, clock }: JobServices, job: ScheduledJob, error: Error): Promise<void> {
  process.emitWarning(`Scheduled function ${job.target.path} is put off: ${error.stack ?? error.message}`);
  await inTransaction(database, (tx) => {
    const current = findJob(tx, job.id);
    if (current === null) return;
    const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** current.attempts);
    updateJob(tx, current, { attempts: current.attempts + 1, nextTs: clock.nowMs() + waitMs });
  });
}
