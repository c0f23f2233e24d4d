import type { JSONValue } from "convex/values";
import { DeveloperError, coerceError } from "../../errors.ts";
import { cancelJob, readJobState, msFromSeconds, scheduleJob } from "../../scheduler/job-store.ts";
import { shortPath } from "../function-path.ts";
import type { FunctionPath } from "../function-path.ts";
import { functionHandle, resolveTarget } from "../references.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import type { DeployedCode } from "../modules/deployed-code.ts";
import type { SyscallFailure } from "../realm/protocol.ts";
import type { RunServices } from "../run.ts";
import { ArgumentReader } from "../syscalls/arguments.ts";
import type { SyscallArgs } from "../syscalls/arguments.ts";
import { developerFailure, FunctionFailure } from "../syscalls/failure.ts";
import { DEPLOYMENT_METADATA, identityJson } from "../syscalls/meta.ts";
import { legacyMetadata } from "../syscalls/storage.ts";
import type { Transaction } from "../../database/types.ts";
import type { FunctionCall, FunctionError, Identity } from "../types.ts";
import type { BlobData } from "./messages.ts";

/** How an action calls other functions. */
export interface FunctionCalls {
  query(
    call: FunctionCall,
  ): MaybePromise<{ result: { ok: true; value: string } | { ok: false; error: FunctionError } }>;
  mutation(call: FunctionCall): Promise<{ ok: true; value: string } | { ok: false; error: FunctionError }>;
  action(call: FunctionCall): Promise<{ ok: true; value: string } | { ok: false; error: FunctionError }>;
}

/** An action as its syscalls see it. */
export interface ActionRun {
  services: RunServices;
  calls: FunctionCalls;
  code: DeployedCode;
  call: FunctionCall;
  path: FunctionPath;
  /** HTTP action or action; told by `getFunctionMetadata`. */
  isAborted(): boolean;
}

type ActionSyscall = (run: ActionRun, args: SyscallArgs) => Promise<string> | string;

const NOT_HERE = "isn't available on this deployment";

/** Calls that leave the component carry no user (convex-facts d.11). */
function identityFor(run: ActionRun, component: string): Identity {
  const { identity } = run.call;
  return component === run.call.component || identity.kind === "admin" ? identity : { kind: "anonymous" };
}

async function callFunction(run: ActionRun, kind: keyof FunctionCalls, args: SyscallArgs): Promise<string> {
  const target = resolveTarget(run.code, run.call.component, args);
  const call: FunctionCall = {
    component: target.component,
    path: shortPath(target.path),
    args: new ArgumentReader(args, "runUdf").value("args"),
    identity: identityFor(run, target.component),
    requestId: run.call.requestId,
    caller: "Action",
    ...(run.call.client === undefined ? {} : { client: run.call.client }),
    scheduledJob: run.call.scheduledJob ?? null,
  };
  const outcome = kind === "query" ? (await run.calls.query(call)).result : await run.calls[kind](call);
  if (outcome.ok) return outcome.value;
  throw new FunctionFailure(outcome.error);
}

/** Runs `work` in a transaction of its own and waits until it is durable. */
async function inTransaction<T>(run: ActionRun, work: (tx: Transaction) => T): Promise<T> {
  const { database } = run.services;
  for (;;) {
    const tx = database.begin();
    let result: T;
    try {
      result = work(tx);
    } catch (error) {
      database.abandon(tx);
      throw error;
    }
    // Nothing else runs between begin and commit, so a conflict is not expected; trying again settles it.
    const outcome = database.commit(tx, shortPath(run.path));
    if (outcome.kind === "conflict") continue;
    await database.durable(outcome.ts);
    return result;
  }
}

function schedule(run: ActionRun, args: SyscallArgs): Promise<string> {
  const reader = new ArgumentReader(args, "scheduler");
  const target = resolveTarget(run.code, run.call.component, args);
  return inTransaction(run, (tx) => {
    const job = run.call.scheduledJob ?? null;
    const id = scheduleJob(tx, run.code, {
      owner: run.call.component,
      target,
      args: reader.object("args"),
      atMs: msFromSeconds(reader.number("ts")),
      nowMs: tx.startMs,
      isCanceled: job !== null && readJobState(tx, job.owner, job.id)?.kind === "canceled",
    });
    return JSON.stringify(id);
  });
}

function unavailable(what: string): ActionSyscall {
  return () => {
    throw new DeveloperError("FeatureUnavailable", `${what} ${NOT_HERE}`);
  };
}

function requestMetadata(run: ActionRun): string {
  const { client, requestId, scheduledJob, identity } = run.call;
  return JSON.stringify({
    ip: client?.ip ?? null,
    userAgent: client?.userAgent ?? null,
    requestId,
    scheduledFunctionId: scheduledJob?.id ?? null,
    authToken: identity.kind === "user" ? identity.token : null,
  });
}

// Convex-facts d.3.
const ACTION_SYSCALLS: Record<string, ActionSyscall> = {
  "1.0/actions/query": (run, args) => callFunction(run, "query", args),
  "1.0/actions/mutation": (run, args) => callFunction(run, "mutation", args),
  "1.0/actions/action": (run, args) => callFunction(run, "action", args),
  "1.0/actions/schedule": schedule,
  "1.0/actions/cancel_job": (run, args) => {
    const id = new ArgumentReader(args, "scheduler").string("id");
    return inTransaction(run, (tx) => {
      cancelJob(tx, run.call.component, id, tx.startMs);
      return "null";
    });
  },
  "1.0/actions/vectorSearch": async (run, args) => {
    const query = new ArgumentReader(args, "vectorSearch").value("query");
    return JSON.stringify({ results: await run.services.database.vectorSearch(run.call.component, query) });
  },
  "1.0/getUserIdentity": (run) => identityJson(run.call.identity),
  "1.0/storageGenerateUploadUrl": (run) =>
    JSON.stringify(run.services.storage.uploadUrl(run.call.component, run.services.clock.nowMs())),
  "1.0/storageGetUrl": (run, args) => {
    const { storage } = run.services;
    const file = storage.find(run.call.component, new ArgumentReader(args, "storage.getUrl").storageId());
    return JSON.stringify(file === null ? null : storage.urlOf(run.call.component, file));
  },
  "1.0/storageGetMetadata": (run, args) => {
    const id = new ArgumentReader(args, "storage.getMetadata").storageId();
    const file = run.services.storage.find(run.call.component, id);
    return file === null ? "null" : legacyMetadata(file);
  },
  "1.0/storageDelete": async (run, args) => {
    const id = new ArgumentReader(args, "storage.delete").storageId();
    await run.services.storage.delete(run.call.component, id);
    return "null";
  },
  "1.0/getFunctionMetadata": (run) => JSON.stringify({ name: shortPath(run.path), componentPath: run.call.component }),
  "1.0/getDeploymentMetadata": () => DEPLOYMENT_METADATA,
  "1.0/getRequestMetadata": requestMetadata,
  "1.0/createFunctionHandle": (run, args) =>
    JSON.stringify(functionHandle(resolveTarget(run.code, run.call.component, args))),
  "1.0/auditLog": () => {
    throw new DeveloperError("AuditLogUnsupported", "Audit logging is not yet supported in actions");
  },
  "1.0/createServiceToken": unavailable("The AI gateway"),
  "1.0/getServiceUrl": unavailable("The AI gateway"),
};

/** Turns what a syscall threw into its failure; errors of the backend's own are hidden behind the documented text. */
function syscallFailure(thrown: unknown): SyscallFailure {
  if (thrown instanceof FunctionFailure) return thrown.failure;
  if (thrown instanceof DeveloperError) return developerFailure(thrown);
  process.emitWarning(coerceError(thrown));
  return { message: "Your request couldn't be completed. Try again later." };
}

/** Answers one syscall of an action. Never throws. */
export async function answerActionSyscall(run: ActionRun, op: string, text: string): Promise<string | SyscallFailure> {
  try {
    if (run.isAborted()) throw new DeveloperError("Aborted", "The action was aborted");
    const syscall = Object.hasOwn(ACTION_SYSCALLS, op) ? ACTION_SYSCALLS[op] : undefined;
    if (syscall === undefined) throw new DeveloperError("UnknownAsyncOperation", `Unknown async operation ${op}`);
    return await syscall(run, JSON.parse(text) as Record<string, JSONValue>);
  } catch (thrown) {
    return syscallFailure(thrown);
  }
}

/** `ctx.storage.store`: answers the storage id as JSON text. Never throws. */
export async function storeBlob(
  run: ActionRun,
  blob: BlobData,
  sha256: string | null,
): Promise<string | SyscallFailure> {
  try {
    const { storage } = run.services;
    return JSON.stringify(await storage.store(run.call.component, [blob.bytes], blob.contentType, sha256 ?? undefined));
  } catch (thrown) {
    return syscallFailure(thrown);
  }
}

/** `ctx.storage.get`: the bytes, or null when there is no such file. Never throws. */
export async function getBlob(run: ActionRun, storageId: string): Promise<BlobData | SyscallFailure | null> {
  try {
    const { storage } = run.services;
    const id = new ArgumentReader({ storageId }, "storage.get").storageId();
    const file = storage.find(run.call.component, id);
    if (file === null) return null;
    return { bytes: new Uint8Array(await storage.files.readAll(file.uuid)), contentType: file.contentType };
  } catch (thrown) {
    return syscallFailure(thrown);
  }
}
