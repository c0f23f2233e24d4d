import { convexToJson, type JSONValue } from "convex/values";
import type { Namespace, StoredDocument, Transaction } from "../../database/types.ts";
import type { SystemFunction } from "../../functions/top-call.ts";
import { numberField, textField } from "../../functions/row-fields.ts";
import { nextJobs } from "../../scheduler/job-store.ts";
import { argumentsOf, documentJson, optionalText } from "./arguments.ts";

/** Scheduled functions and crons as a dashboard lists them (convex-facts c.4). */
export function jobFunctions(): Record<string, SystemFunction> {
  return {
    "_system/frontend/paginatedScheduledJobs:default": scheduledJobs,
    "_system/frontend/scheduler:nextScheduledJobTimestamp": (tx, _args, component) => {
      const next = nextJobs(tx).find(({ owner }) => owner === component);
      return next === undefined ? null : nanoseconds(next.nextMs);
    },
    "_system/frontend/listCronJobs:default": (tx, _args, component) =>
      tx.system.rows(component, "_cron_jobs", "by_name", []).map((row) => cronJson(tx, component, row)),
    "_system/frontend/listCronJobRuns:default": (tx, _args, component) =>
      tx.system.rows(component, "_cron_job_logs", "by_creation_time", []).map(runJson),
  };
}

// Cursors of this list are positions in it: it is read from its beginning each time, which is where it changes.
function scheduledJobs(tx: Transaction, args: JSONValue, component: Namespace): JSONValue {
  const { cursor, numItems } = argumentsOf(argumentsOf(args)["paginationOpts"] ?? {});
  const first = Number(cursor ?? 0);
  const count = typeof numItems === "number" ? numItems : 100;
  const path = optionalText(args, "udfPath");
  const jobs = nextJobs(tx).filter(
    ({ owner, target }) => owner === component && (path === null || target.path === path),
  );
  const page = jobs.slice(first, first + count).map((job): JSONValue => {
    const document = tx.system.get(job.owner, job.id);
    return {
      _id: job.id,
      _creationTime: document === null ? 0 : numberField(document, "_creationTime"),
      udfPath: job.target.path,
      udfArgs: [JSON.parse(job.args) as JSONValue],
      state: { type: job.isRunning ? "inProgress" : "pending" },
      nextTs: nanoseconds(job.nextMs),
      attempts: { system_errors: job.attempts, occ_errors: 0 },
    };
  });
  return { page, isDone: first + count >= jobs.length, continueCursor: String(first + page.length) };
}

function cronJson(tx: Transaction, component: Namespace, row: StoredDocument): JSONValue {
  const name = textField(row, "name");
  const last = tx.system.rows(component, "_cron_job_logs", "by_name", [name], { order: "desc", limit: 1 })[0];
  const { prevTs } = row.value;
  return {
    _id: row.id,
    _creationTime: numberField(row, "_creationTime"),
    name,
    cronSpec: JSON.parse(textField(row, "spec")) as JSONValue,
    lastRun: last === undefined ? null : runJson(last),
    nextRun: {
      cronJobId: row.id,
      state: { type: textField(row, "state") },
      prevTs: typeof prevTs === "number" ? nanoseconds(prevTs) : null,
      nextTs: nanoseconds(numberField(row, "nextTs")),
    },
  };
}

function runJson(row: StoredDocument): JSONValue {
  const shown = documentJson(row) as Record<string, JSONValue>;
  const status = JSON.parse(textField(row, "status")) as JSONValue;
  return { ...shown, ts: nanoseconds(numberField(row, "ts")), status };
}

function nanoseconds(ms: number): JSONValue {
  return convexToJson(BigInt(Math.round(ms * 1000)) * 1000n);
}
