import type { JSONValue } from "convex/values";
import type { Namespace, Transaction } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { executeFrame } from "./execute.ts";
import type { FrameOutcome } from "./execute.ts";
import { clientPath, FORGOT_TO_PUSH, parseFunctionPath, shortPath } from "./function-path.ts";
import type { FunctionPath } from "./function-path.ts";
import { chain } from "./maybe-promise.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import { findFunction } from "./modules/deployed-code.ts";
import type { ComponentCode, DeployedCode } from "./modules/deployed-code.ts";
import { abandonSnapshots, startFrame } from "./run.ts";
import type { Run } from "./run.ts";
import type { FunctionCall, FunctionError, Identity } from "./types.ts";

/** A function of the backend's own, run for admins under `_system/…` inside an ordinary transaction. */
export type SystemFunction = (tx: Transaction, args: JSONValue, component: Namespace) => JSONValue;

const SYSTEM_PREFIX = "_system/";

/** May run internal functions and functions of components. */
export function isPrivileged(call: Pick<FunctionCall, "identity" | "caller">): boolean {
  return (
    call.identity.kind === "admin" ||
    call.identity.kind === "system" ||
    call.caller === "Action" ||
    call.caller === "Scheduler" ||
    call.caller === "Cron"
  );
}

/** Nobody waits for its answer, so it may wait for its turn as long as it takes. */
export function isPatient({ caller }: Pick<FunctionCall, "caller">): boolean {
  return caller === "Scheduler" || caller === "Cron";
}

/** The native function a call names, or null when it is an ordinary call. */
export function systemFunctionOf(
  call: Pick<FunctionCall, "identity" | "path">,
  functions: Readonly<Record<string, SystemFunction>>,
): SystemFunction | null {
  if (!call.path.startsWith(SYSTEM_PREFIX) || call.identity.kind !== "admin") return null;
  const name = shortPath(parseFunctionPath(call.path));
  return Object.hasOwn(functions, name) ? (functions[name] ?? null) : null;
}

function notFound(path: FunctionPath, component: Namespace): DeveloperError {
  const where = component === "" ? "" : ` in '${component}'`;
  return new DeveloperError(
    "FunctionNotFound",
    `Could not find public function for '${clientPath(path)}'${where}. ${FORGOT_TO_PUSH}`,
  );
}

/**
 * The function a client's or a job's call may run. Throws DeveloperError when it does not exist or is not for the
 * caller: both look the same from outside (convex-facts b.2).
 */
export function requireCallable(
  code: DeployedCode | null,
  call: FunctionCall,
): { component: ComponentCode; path: FunctionPath } {
  const path = parseFunctionPath(call.path);
  const component = code?.components.get(call.component);
  const found = component === undefined ? null : findFunction(component, path);
  if (component === undefined || found === null) throw notFound(path, call.component);
  const isOpen = call.component === "" && found.visibility?.kind !== "internal";
  if (!isOpen && !isPrivileged(call)) throw notFound(path, call.component);
  return { component, path };
}

/** Runs the function a call names as the first of its run. */
export function executeCall(run: Run): MaybePromise<FrameOutcome> {
  let target;
  try {
    target = requireCallable(run.code, run.call);
  } catch (thrown) {
    if (!(thrown instanceof DeveloperError)) throw thrown;
    return { ok: false, error: { message: thrown.message }, kept: false };
  }
  const frame = startFrame(run, target.component, target.path, run.kind, 0, run.tx);
  return chain(executeFrame(frame, run.call.args), (outcome) => settleRun(run, outcome));
}

/**
 * The run's outcome once nothing of it goes on: an uncatchable error wins over whatever the function answered. Throws
 * the backend's own errors.
 */
function settleRun(run: Run, outcome: FrameOutcome): FrameOutcome {
  abandonSnapshots(run);
  if (run.internalError !== null) throw run.internalError;
  for (const warning of [...run.warnings, ...run.tx.warnings(), ...run.budget.warnings()]) {
    run.log.add("WARN", [warning], run.services.clock.nowMs());
  }
  if (run.fatal === null) return outcome;
  return { ok: false, error: run.fatal, kept: false };
}

/** Part of the cache key for results that depend on who asks. */
export function identityKey(identity: Identity): string {
  switch (identity.kind) {
    case "user":
      return JSON.stringify(identity.attributes);
    case "admin":
      return `admin ${JSON.stringify(identity.actingAs)}`;
    case "invalid":
      return `invalid ${identity.message}`;
    case "anonymous":
    case "system":
      return identity.kind;
  }
}

/** Any refusal as a function's failure. Errors that are no DeveloperError are thrown on. */
export function refusalError(thrown: unknown): FunctionError {
  if (!(thrown instanceof DeveloperError)) throw thrown;
  return { message: thrown.message };
}
