import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import nodeProcess from "node:process";
import { CONSOLE_METHODS } from "../../console-calls.ts";
import { installGlobalEvents } from "../../realm/global-events.ts";
import { installNewerBuiltIns } from "../../realm/newer-built-ins.ts";
import { installWeakReferences } from "../../realm/weak-references.ts";
import { IMPORT_REFUSAL } from "../../realm/protocol.ts";
import type { SyscallFailure } from "../../realm/protocol.ts";
import { WEB_CLASSES } from "../../realm/web-classes.ts";
import type { BlobData, WorkerKind } from "../messages.ts";
import { isImporting } from "./modules.ts";
import { currentAction } from "./action-context.ts";
import type { ActionContext } from "./action-context.ts";
import { shortDigest } from "../../short-digest.ts";
import { webFetch } from "./web-fetch.ts";

const PUBLIC_NAMES: Record<string, string> = {
  "1.0/actions/query": "runQuery",
  "1.0/actions/mutation": "runMutation",
  "1.0/actions/action": "runAction",
  "1.0/actions/schedule": "scheduler.runAfter",
  "1.0/actions/cancel_job": "scheduler.cancel",
  "1.0/actions/vectorSearch": "vectorSearch",
  "1.0/storageGenerateUploadUrl": "storage.generateUploadUrl",
  "1.0/storageGetUrl": "storage.getUrl",
  "1.0/storageGetMetadata": "storage.getMetadata",
  "1.0/storageDelete": "storage.delete",
};

const OUTSIDE = "Convex's services can only be used while a function is running";

function requireAction(): ActionContext {
  if (isImporting()) throw new Error(IMPORT_REFUSAL);
  const action = currentAction();
  if (action === null) throw new Error(OUTSIDE);
  return action;
}

function failure(answer: SyscallFailure): Error {
  const error: Error & { data?: unknown } = new Error(answer.message);
  if (answer.data !== undefined) error.data = JSON.parse(answer.data);
  return error;
}

function isFailure(answer: unknown): answer is SyscallFailure {
  return typeof answer === "object" && answer !== null && "message" in answer;
}

/** What the author wrote to make the call: for the warning about calls that were not awaited. */
function publicName(op: string): string {
  return PUBLIC_NAMES[op] ?? op.replace(/^1\.0\//, "");
}

function asyncSyscall(op: string, args: string): Promise<string> {
  // At import nobody may be waiting to see a rejection.
  return performSyscall(requireAction(), op, args);
}

async function performSyscall(action: ActionContext, op: string, args: string): Promise<string> {
  const { runId } = action;
  const answer = await action.ask(publicName(op), (callId) => ({ type: "syscall", runId, callId, op, args }));
  if (typeof answer === "string") return answer;
  throw isFailure(answer) ? failure(answer) : new Error(`Unexpected answer to ${op}`);
}

async function storeBlob(args: { blob: Blob; options?: { sha256?: string } }): Promise<string> {
  const action = requireAction();
  if (!(args.blob instanceof Blob)) {
    throw new Error(
      "store() expects a Blob. If you are trying to store a Request, `await request.blob()` will give you the correct input.",
    );
  }
  const blob: BlobData = {
    bytes: new Uint8Array(await args.blob.arrayBuffer()),
    contentType: args.blob.type === "" ? null : args.blob.type,
  };
  const sha256 = args.options?.sha256 ?? null;
  const { runId } = action;
  const answer = await action.ask("storage.store", (callId) => ({ type: "storeBlob", runId, callId, blob, sha256 }));
  if (typeof answer === "string") return JSON.parse(answer) as string;
  throw isFailure(answer) ? failure(answer) : new Error("Unexpected answer to storage.store");
}

async function getBlob(args: { storageId: string }): Promise<Blob | null> {
  const action = requireAction();
  const { runId } = action;
  const { storageId } = args;
  const answer = await action.ask("storage.get", (callId) => ({ type: "getBlob", runId, callId, storageId }));
  if (answer === null) return null;
  if (isFailure(answer)) throw failure(answer);
  if (typeof answer === "string") throw new Error("Unexpected answer to storage.get");
  return new Blob([answer.bytes as Uint8Array<ArrayBuffer>], { type: answer.contentType ?? "" });
}

/** `globalThis.Convex` of actions (convex-facts d.1, d.3). */
const convex = {
  syscall(op: string): never {
    requireAction();
    throw new Error(`Unknown operation ${op}`);
  },
  asyncSyscall,
  jsSyscall(op: string, args: Record<string, unknown>): unknown {
    if (op === "storage/storeBlob") return storeBlob(args as { blob: Blob; options?: { sha256?: string } });
    if (op === "storage/getBlob") return getBlob(args as { storageId: string });
    throw new Error(`Unknown JS syscall: ${op}`);
  },
};

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}

function installConsole(): void {
  const methods: Record<string, unknown> = {};
  for (const method of CONSOLE_METHODS) {
    methods[method] = (...args: unknown[]) => {
      const stack = () => (new Error().stack ?? "").replace(/^[^\n]*\n/, "");
      currentAction()?.console.call(method, args, stack);
    };
  }
  define("console", methods);
}

function followFetch(kind: WorkerKind): void {
  const realFetch = kind === "node" ? globalThis.fetch : webFetch(globalThis.fetch);
  define("fetch", (...args: Parameters<typeof fetch>) => {
    const response = realFetch(...args);
    const action = currentAction();
    return action === null ? response : action.follow("fetch", response);
  });
}

/** `process` of the default runtime: the deployment's variables and nothing of the host. */
function installIsolateProcess(): void {
  const env = new Proxy({} as Record<string, string>, {
    get: (_, name) => {
      if (typeof name !== "string") return undefined;
      return currentAction()?.env[name] ?? (name === "inspect" ? () => "[process.env]" : undefined);
    },
    has: (_, name) => typeof name === "string" && currentAction()?.env[name] !== undefined,
    ownKeys: () => Object.keys(currentAction()?.env ?? {}),
    getOwnPropertyDescriptor: (_, name) => {
      const value = typeof name === "string" ? currentAction()?.env[name] : undefined;
      return value === undefined ? undefined : { value, enumerable: true, configurable: true, writable: true };
    },
    set: () => true,
    deleteProperty: () => true,
  });
  define("process", { env });
}

/** A Node worker runs one action at a time, so its `process.env` can simply be that action's. */
export function setNodeEnvironment(env: Record<string, string>): void {
  for (const name of Object.keys(nodeProcess.env)) delete nodeProcess.env[name];
  Object.assign(nodeProcess.env, env);
}

function refuseCode(): never {
  throw new EvalError("Code generation from strings disallowed for this context");
}

/** Functions cannot be made of text (convex-facts d.1). A context of its own could refuse that itself; a worker can't. */
function refuseCodeFromText(): void {
  const kinds = [() => {}, async () => {}, function* () {}, async function* () {}];
  for (const prototype of kinds.map((kind) => Object.getPrototypeOf(kind) as { constructor: () => unknown })) {
    const refusing = new Proxy(prototype.constructor, { apply: refuseCode, construct: refuseCode });
    Object.defineProperty(prototype, "constructor", { value: refusing, configurable: true });
  }
  define("Function", Function.prototype.constructor);
  define("eval", refuseCode);
}

function makeShortDigestsAtOnce(subtle: SubtleCrypto): void {
  const digestLater = subtle.digest.bind(subtle);
  const digest = (algorithm: AlgorithmIdentifier, data: BufferSource): Promise<ArrayBuffer> => {
    const known = shortDigest(algorithm, data);
    return known === null ? digestLater(algorithm, data) : Promise.resolve(known);
  };
  Object.defineProperty(subtle, "digest", { value: digest, writable: true, enumerable: true, configurable: true });
}

/** Makes this worker's globals those of Convex's action runtimes. */
export function installGlobals(kind: WorkerKind): void {
  define("Convex", convex);
  installConsole();
  followFetch(kind);
  if (kind === "node") return;
  installIsolateProcess();
  define("self", globalThis);
  define("navigator", { userAgent: "Convex" });
  // A value as all others, so that the guard of globals sees to it.
  define("crypto", globalThis.crypto);
  makeShortDigestsAtOnce(globalThis.crypto.subtle);
  define("AsyncLocalStorage", AsyncLocalStorage);
  define("AsyncResource", AsyncResource);
  for (const [name, value] of Object.entries(WEB_CLASSES)) define(name, value);
  installGlobalEvents(globalThis);
  installNewerBuiltIns(globalThis);
  installWeakReferences(globalThis);
  refuseCodeFromText();
}
