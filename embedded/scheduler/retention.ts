import type { Database, Namespace } from "../database/types.ts";
import { inTransaction } from "./job-runner.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

// Convex-facts d.7 and a.5.
const KEEP_JOBS_MS = 7 * DAY_MS;
const KEEP_SESSIONS_MS = 14 * DAY_MS;

// Small enough that one batch doesn't hold up anything else.
const BATCH_ROWS = 500;

const ROOT: Namespace = "";

async function removeInBatches(
  database: Database,
  ns: Namespace,
  table: string,
  index: string,
  beforeMs: number,
): Promise<void> {
  for (;;) {
    const removed = await inTransaction(database, (tx) => {
      const rows = tx.system.rows(ns, table, index, [], { gt: 0, lt: beforeMs, limit: BATCH_ROWS });
      for (const row of rows) tx.system.remove(ns, row.id);
      return rows.length;
    });
    if (removed < BATCH_ROWS) return;
  }
}

/** Removes records of finished scheduled functions and of sessions' requests that are past their time. */
export async function removeExpired(
  database: Database,
  namespaces: readonly Namespace[],
  nowMs: number,
): Promise<void> {
  for (const ns of namespaces) {
    await removeInBatches(database, ns, "_scheduled_functions", "by_completed", nowMs - KEEP_JOBS_MS);
  }
  await removeInBatches(database, ROOT, "_session_requests", "by_creation_time", nowMs - KEEP_SESSIONS_MS);
}
