import { jsonToConvex } from "convex/values";
import type { JSONValue, Value } from "convex/values";
import type { Namespace, StoredDocument, Transaction } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { canonicalPath } from "../functions/function-path.ts";
import type { DeployedCode } from "../functions/modules/deployed-code.ts";
import { findFunction } from "../functions/modules/deployed-code.ts";
import type { FunctionTarget } from "../functions/references.ts";
import { numberField, textField } from "../functions/row-fields.ts";

/**
 * What the scheduler runs by. Lives in the root namespace, so that one index orders the jobs of all components; the
 * `_scheduled_functions` document it stands for lives in the namespace of the component that scheduled it.
 */
export interface ScheduledJob {
  /** Row id in `_scheduled_jobs`. */
  rowId: string;
  /** Document id in `_scheduled_functions`. */
  id: string;
  /** Where that document lives. */
  owner: Namespace;
  target: { component: Namespace; path: string };
  /** Convex-encoded JSON text of the one argument object. */
  args: string;
  nextMs: number;
  /** Failures of the backend's own so far. */
  attempts: number;
  /** An action that was started; it is not started again. */
  isRunning: boolean;
}

const ROOT: Namespace = "";
const YEAR_MS = 366 * 24 * 60 * 60 * 1000;
const FARTHEST_MS = 5 * YEAR_MS;

export type JobState =
  | { kind: "pending" }
  | { kind: "inProgress" }
  | { kind: "success" }
  | { kind: "canceled" }
  | { kind: "failed"; error: string };

function checkTarget(code: DeployedCode, target: FunctionTarget): void {
  const component = code.components.get(target.component);
  const { modulePath, exportName } = target.path;
  if (component === undefined || !component.modules.has(modulePath)) {
    throw new DeveloperError(
      "InvalidScheduledFunction",
      `Attempted to schedule function at nonexistent path: ${modulePath}`,
    );
  }
  if (findFunction(component, target.path) === null) {
    throw new DeveloperError(
      "InvalidScheduledFunction",
      `Attempted to schedule function, but no exported function ${exportName} found in the file: ${modulePath}. ` +
        "Did you forget to export it?",
    );
  }
}

function checkTime(atMs: number, nowMs: number): void {
  if (!Number.isFinite(atMs))
    throw new DeveloperError("InvalidTimestamp", "The scheduled time must be a finite number");
  const refuse = (side: string) => {
    throw new DeveloperError("InvalidTimestamp", `Functions can't be scheduled more than 5 years in the ${side}`);
  };
  if (atMs - nowMs > FARTHEST_MS) refuse("future");
  if (nowMs - atMs > FARTHEST_MS) refuse("past");
}

/** The library divides milliseconds by 1000; this undoes it without the rounding error. */
export function msFromSeconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e3;
}

export interface ScheduleRequest {
  owner: Namespace;
  target: FunctionTarget;
  /** Convex-encoded. */
  args: JSONValue;
  /** Epoch ms, as asked for; may lie in the past. */
  atMs: number;
  nowMs: number;
  /** Scheduled by a job that was cancelled meanwhile: recorded, never run (convex-facts d.7). */
  isCanceled: boolean;
}

/** Writes a job and its document into `tx`; answers the document's id. Throws DeveloperError (convex-facts d.7). */
export function scheduleJob(tx: Transaction, code: DeployedCode, request: ScheduleRequest): string {
  checkTarget(code, request.target);
  checkTime(request.atMs, request.nowMs);
  const argsText = JSON.stringify(request.args);
  tx.noteScheduled(Buffer.byteLength(argsText));
  const name = canonicalPath(request.target.path);
  const id = tx.system.insert(request.owner, "_scheduled_functions", {
    name,
    args: [jsonToConvex(request.args)],
    scheduledTime: request.atMs,
    ...(request.isCanceled
      ? { state: { kind: "canceled" }, completedTime: request.nowMs }
      : { state: { kind: "pending" } }),
  });
  if (!request.isCanceled) {
    tx.system.insert(ROOT, "_scheduled_jobs", {
      job: id,
      owner: request.owner,
      component: request.target.component,
      path: name,
      args: argsText,
      nextTs: Math.max(request.atMs, request.nowMs),
      attempts: 0,
      isRunning: false,
    });
  }
  return id;
}

function jobOfRow(row: StoredDocument): ScheduledJob {
  return {
    rowId: row.id,
    id: textField(row, "job"),
    owner: textField(row, "owner"),
    target: { component: textField(row, "component"), path: textField(row, "path") },
    args: textField(row, "args"),
    nextMs: numberField(row, "nextTs"),
    attempts: numberField(row, "attempts"),
    isRunning: row.value.isRunning === true,
  };
}

/** The job behind a `_scheduled_functions` id, or null when it has ended. */
export function findJob(tx: Transaction, id: string): ScheduledJob | null {
  const row = tx.system.rows(ROOT, "_scheduled_jobs", "by_job", [id], { limit: 1 })[0];
  return row === undefined ? null : jobOfRow(row);
}

/** The jobs that come first in time. */
export function nextJobs(tx: Transaction, limit?: number): ScheduledJob[] {
  return tx.system.rows(ROOT, "_scheduled_jobs", "by_next", [], limit === undefined ? {} : { limit }).map(jobOfRow);
}

/** Moves a job to a later time, or marks an action as started. */
export function updateJob(
  tx: Transaction,
  job: ScheduledJob,
  change: { nextTs?: number; attempts?: number; isRunning?: boolean },
): void {
  tx.system.patch(ROOT, job.rowId, change);
}

/** Sets the state functions see. A finished job's row is removed. */
export function setJobState(tx: Transaction, job: ScheduledJob, state: JobState, nowMs: number): void {
  const isOver = state.kind !== "pending" && state.kind !== "inProgress";
  const value: Record<string, Value | undefined> = { state };
  if (isOver) value.completedTime = nowMs;
  tx.system.patch(job.owner, job.id, value);
  if (isOver) tx.system.remove(ROOT, job.rowId);
}

/** The state as functions see it, or null when there is no such document. */
export function readJobState(tx: Transaction, owner: Namespace, id: string): JobState | null {
  const document = tx.system.get(owner, id);
  return document === null ? null : (document.value.state as JobState);
}

const NOT_A_JOB = "Invalid scheduled function ID. The ID must be an ID on the '_scheduled_functions' table.";

/** Cancels a pending or running job; does nothing to a finished one. Throws DeveloperError for any other id. */
export function cancelJob(tx: Transaction, owner: Namespace, id: string, nowMs: number): void {
  if (tx.normalizeId(owner, "_scheduled_functions", id) === null) {
    throw new DeveloperError("InvalidScheduledFunctionId", NOT_A_JOB);
  }
  const job = findJob(tx, id);
  if (job !== null) setJobState(tx, job, { kind: "canceled" }, nowMs);
}
