import type { JSONValue } from "convex/values";
import type { Namespace, StoredDocument, Transaction } from "../database/types.ts";
import type { AnalyzedModule, DeployedComponent } from "../functions/types.ts";
import { DeveloperError } from "../errors.ts";
import { decodeValue, displayBytes } from "../value/document.ts";
import { firstRun, nextRun } from "./next-run.ts";
import type { CronSchedule, Splay } from "./next-run.ts";
import { numberField, textField } from "../functions/row-fields.ts";

/** What a cron runs and when, as analysis gives it. */
export type CronSpec = NonNullable<AnalyzedModule["cronSpecs"]>[number]["spec"];

/** A cron of one component, as its `_cron_jobs` row holds it. */
export interface CronJob {
  rowId: string;
  component: Namespace;
  name: string;
  spec: CronSpec;
  /** When it is due next, ms. */
  nextMs: number;
  /** An action that was started; no second run begins meanwhile. */
  isRunning: boolean;
}

// Convex-facts d.7.
const KEPT_LOG_ENTRIES = 5;

// Convex-facts f.2.
const MAX_ARGS_BYTES = 1 << 20;

/** Spreading from `CRON_SPLAY_SECONDS`; on one machine there is nothing to spread, so 0 by default. */
function splayFromEnvironment(): Splay {
  const seconds = Number(process.env.CRON_SPLAY_SECONDS ?? "0");
  return { seconds: Number.isFinite(seconds) && seconds > 0 ? Math.floor(seconds) : 0, random: Math.random };
}

function cronOfRow(component: Namespace, row: StoredDocument): CronJob {
  return {
    rowId: row.id,
    component,
    name: textField(row, "name"),
    spec: JSON.parse(textField(row, "spec")) as CronSpec,
    nextMs: numberField(row, "nextTs"),
    isRunning: row.value.state === "inProgress",
  };
}

function scheduleOf(spec: CronSpec): CronSchedule {
  return spec.cronSchedule as unknown as CronSchedule;
}

/** The argument object of a cron's function, Convex-encoded. */
export function cronArguments(spec: CronSpec): JSONValue {
  return Array.isArray(spec.udfArgs) ? (spec.udfArgs[0] ?? {}) : spec.udfArgs;
}

/**
 * Brings a component's crons to what its `crons.js` says: new and changed ones get their first run, others keep their
 * beat, missing ones go. Null removes all (an unmounted component). Called inside the push's transaction. Throws DeveloperError
 * for arguments that are too large.
 */
export function writeCrons(tx: Transaction, component: Namespace, deployed: DeployedComponent | null): void {
  const specs = deployed?.functions["crons.js"]?.cronSpecs ?? [];
  const rows = new Map(
    tx.system.rows(component, "_cron_jobs", "by_name", []).map((row) => [textField(row, "name"), row]),
  );
  const splay = splayFromEnvironment();
  for (const { identifier, spec } of specs) {
    const row = rows.get(identifier);
    rows.delete(identifier);
    const text = JSON.stringify(spec);
    if (row?.value.spec === text) continue;
    const argsBytes = decodeValue(cronArguments(spec)).size;
    if (argsBytes > MAX_ARGS_BYTES) {
      const sizes = `(${displayBytes(argsBytes)} > maximum size 1 MiB)`;
      throw new DeveloperError("CronArgsTooLarge", `Cron job args too large ${sizes}`);
    }
    const nextTs = firstRun(scheduleOf(spec), tx.startMs, splay);
    if (row === undefined) {
      tx.system.insert(component, "_cron_jobs", { name: identifier, spec: text, nextTs, state: "pending" });
    } else {
      tx.system.patch(component, row.id, { spec: text, nextTs });
    }
  }
  for (const row of rows.values()) {
    tx.system.remove(component, row.id);
    for (const entry of logRows(tx, component, textField(row, "name"))) tx.system.remove(component, entry.id);
  }
}

/** The component's crons that come first in time. */
export function nextCrons(tx: Transaction, component: Namespace, limit?: number): CronJob[] {
  return tx.system
    .rows(component, "_cron_jobs", "by_next", [], limit === undefined ? {} : { limit })
    .map((row) => cronOfRow(component, row));
}

/** The cron as it is now, or null when it was removed. */
export function reloadCron(tx: Transaction, cron: CronJob): CronJob | null {
  const row = tx.system.get(cron.component, cron.rowId);
  return row === null ? null : cronOfRow(cron.component, row);
}

export function markCronRunning(tx: Transaction, cron: CronJob): void {
  tx.system.patch(cron.component, cron.rowId, { state: "inProgress" });
}

function logRows(tx: Transaction, component: Namespace, name: string): StoredDocument[] {
  return tx.system.rows(component, "_cron_job_logs", "by_name", [name], { order: "desc" });
}

function writeLog(tx: Transaction, cron: CronJob, ts: number, status: JSONValue): void {
  tx.system.insert(cron.component, "_cron_job_logs", { name: cron.name, ts, status: JSON.stringify(status) });
  for (const old of logRows(tx, cron.component, cron.name).slice(KEPT_LOG_ENTRIES)) {
    tx.system.remove(cron.component, old.id);
  }
}

/**
 * Records the run of `cron` and sets the next one. Runs whose time has passed meanwhile are skipped with one log entry.
 * A cron that a push gave another time meanwhile keeps that; one that is gone leaves nothing.
 */
export function finishCron(tx: Transaction, cron: CronJob, nowMs: number, error: string | null): void {
  const current = reloadCron(tx, cron);
  if (current === null) return;
  writeLog(tx, cron, cron.nextMs, error === null ? { type: "success" } : { type: "failure", error });
  if (current.nextMs !== cron.nextMs) {
    tx.system.patch(cron.component, cron.rowId, { state: "pending" });
    return;
  }
  const { atMs, skipped } = nextRun(scheduleOf(cron.spec), cron.nextMs, nowMs, splayFromEnvironment());
  if (skipped > 0) writeLog(tx, cron, nowMs, { type: "canceled", numCanceled: skipped });
  tx.system.patch(cron.component, cron.rowId, { nextTs: atMs, prevTs: cron.nextMs, state: "pending" });
}
