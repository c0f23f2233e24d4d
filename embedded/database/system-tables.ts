/**
 * Tables the backend keeps for itself, in every namespace unless noted. Numbers are below 10000 (user tables start at
 * 10001), fixed for ever: they are inside stored ids.
 * `readable`: functions may read it through `ctx.db.system`; all others do not exist for functions.
 */
export const SYSTEM_TABLES = {
  // Written by deploy; read by every function run, so that a push invalidates. Root namespace only, two rows:
  // {key: "version", …} and {key: "state", …}, as functions/deployment.ts defines.
  _deployment: { number: 1, readable: false, indexes: { by_key: ["key"] } },
  // Module sources by component definition and path. Written by deploy, read by functions. Root only.
  // {component, path, environment, source, sourceMap?, sha256}
  _modules: { number: 2, readable: false, indexes: { by_component_path: ["component", "path"] } },
  // {name, value}. Written by `convex env`, root only.
  _environment_variables: { number: 3, readable: false, indexes: { by_name: ["name"] } },
  // The record of a finished mutation: {sessionId, requestId, result, logLines, ts}. Written inside the mutation's own
  // transaction; pruned after 14 days. Root only.
  _session_requests: { number: 4, readable: false, indexes: { by_session: ["sessionId", "requestId"] } },
  // {name, args, scheduledTime, completedTime?, state}. Pruned 7 days after completion.
  _scheduled_functions: { number: 5, readable: true, indexes: { by_completed: ["completedTime"] } },
  // What the scheduler runs by: {job: id in _scheduled_functions, path, nextTs, attempts}. Removed when the job ends.
  _scheduled_jobs: { number: 6, readable: false, indexes: { by_next: ["nextTs"], by_job: ["job"] } },
  // {name, spec, nextTs, prevTs?, state}. Written by deploy and the scheduler.
  _cron_jobs: { number: 7, readable: false, indexes: { by_name: ["name"], by_next: ["nextTs"] } },
  // {name, ts, status, logLines, executionTime}; at most 5 a cron.
  _cron_job_logs: { number: 8, readable: false, indexes: { by_name: ["name", "ts"] } },
  // {sha256 (base64), size, contentType?}
  _storage: { number: 9, readable: true, indexes: {} },
  // The secret half of a file: {storageId, uuid}; bytes lie in DATA/storage/<uuid>.
  _file_storage: { number: 10, readable: false, indexes: { by_storage: ["storageId"], by_uuid: ["uuid"] } },
  // {state, start_ts, complete_ts?, zip_object_key, include_storage}: archives lie in DATA/exports. Root only.
  _exports: { number: 12, readable: false, indexes: {} },
  // {state: {state, …}, mode, format, component_path, table_name}. Root only.
  _snapshot_imports: { number: 13, readable: false, indexes: {} },
} as const satisfies Record<string, { number: number; readable: boolean; indexes: Record<string, readonly string[]> }>;

export type SystemTableName = keyof typeof SYSTEM_TABLES;
