/** Entry of a worker thread that runs actions and HTTP actions. Bundled on its own; started by `worker-pool.ts`. */
import nodeProcess from "node:process";
import { setImmediate } from "node:timers";
import { parentPort, workerData } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { describeThrown } from "../../function-error.ts";
import { installDate } from "../../realm/frozen-date.ts";
import { guardGlobals } from "../../realm/global-guard.ts";
import type { GlobalGuard } from "../../realm/global-guard.ts";
import type { FunctionError, HttpRequestData } from "../../types.ts";
import type { CodeKey, ToWorker, WorkerSettings } from "../messages.ts";
import { ActionContext, currentAction, runInAction } from "./action-context.ts";
import { installGlobals, setNodeEnvironment } from "./globals.ts";
import { serveRequest } from "./http.ts";
import { Liveness } from "./liveness.ts";
import { WorkerModules } from "./modules.ts";
import { Outbox } from "./outbox.ts";

type RunMessage = Extract<ToWorker, { type: "run" }>;
type Invoke = (requestId: string, args: string) => Promise<string>;

function requirePort(): MessagePort {
  if (parentPort === null) throw new Error("An action worker needs its parent");
  return parentPort;
}

const port = requirePort();
const outbox = new Outbox(port);
const settings = workerData as WorkerSettings;
const liveness = new Liveness(port, settings.stuckActionMs, endStuckRuns);
const runs = new Map<number, { context: ActionContext; pull: () => void; ended: () => void }>();
const environments = new Map<string, Record<string, string>>();
const frameTexts = new WeakMap<object, string>();
let clockMs = 0;
// Made once the globals are there. A Node worker is as Node is: what actions leave in it stays.
let guard: GlobalGuard | null = null;
const modules = new WorkerModules(settings.kind, () => guard?.accept());

// As in the query runtime, see realm/bootstrap.ts.
const STACK_FRAMES = 200;

// What Node shows unless told otherwise.
const NODE_STACK_FRAMES = 10;

function describe(thrown: unknown): FunctionError {
  return describeThrown(thrown, (error) => frameTexts.get(error));
}

function installStackFormat(): void {
  Error.stackTraceLimit = STACK_FRAMES;
  const shown = (sites: NodeJS.CallSite[], text: string) => {
    if (settings.kind === "isolate") return text;
    // Packages read stacks and expect Node's own (convex-facts a.10).
    const limit = Error.stackTraceLimit === STACK_FRAMES ? NODE_STACK_FRAMES : Error.stackTraceLimit;
    return modules.frames.formatPlain(sites, limit);
  };
  Error.prepareStackTrace = (error, sites) => {
    const text = modules.frames.format(sites);
    frameTexts.set(error, text);
    return `${String(error)}\n${shown(sites, text)}`.trimEnd();
  };
}

async function runAction(code: CodeKey, modulePath: string, exportName: string, requestId: string, args: string) {
  const exported = modules.evaluate(code, modulePath)[exportName] as { invokeAction?: Invoke } | undefined;
  if (exported?.invokeAction === undefined) {
    throw new Error(`Couldn't find "${exportName}" in module "${modulePath}" as an Action`);
  }
  return exported.invokeAction(requestId, args);
}

async function execute(message: RunMessage, context: ActionContext): Promise<void> {
  const { runId, code, modulePath, requestId, target } = message;
  try {
    if (target.kind === "http") {
      await runHttp(message, context, target.path, target.request);
      return;
    }
    const value = await runAction(code, modulePath, target.exportName, requestId, target.args);
    const { unawaited } = context;
    // A promise that was rejected and nobody looks at shows at the end of this turn, and fails the action.
    await new Promise((resolve) => setImmediate(resolve));
    context.send({ type: "returned", runId, value, unawaited });
  } catch (thrown) {
    context.send({ type: "threw", runId, error: describe(thrown) });
  }
}

async function runHttp(
  message: RunMessage,
  context: ActionContext,
  path: string,
  request: HttpRequestData,
): Promise<void> {
  const { runId, code, modulePath } = message;
  const router = modules.evaluate(code, modulePath).default;
  const pulls = { wake: () => {} };
  const run = runs.get(runId);
  if (run !== undefined) run.pull = () => pulls.wake();
  await serveRequest(router, path, request, context, pulls, describe);
}

function start(message: RunMessage): void {
  const { runId, code } = message;
  const env = environments.get(code.instance);
  if (env === undefined) throw new Error(`The environment of ${code.instance} was not sent to this worker`);
  const isNode = settings.kind === "node";
  const context = new ActionContext({
    outbox,
    runId,
    env,
    expect: () => liveness.expect(),
    beforeEnd: sayWhetherSpoiled,
    ...(isNode ? { present: (text: string) => modules.frames.mapText(text), isNode: true } : {}),
  });
  runs.set(runId, { context, pull: () => {}, ended: liveness.begin() });
  if (isNode) setNodeEnvironment(env);
  void runInAction(context, () => execute(message, context)).finally(() => forget(runId));
}

function sayWhetherSpoiled(): void {
  if (guard?.isIntact() === false) outbox.send({ type: "spoiled" });
}

function forget(runId: number): void {
  runs.get(runId)?.ended();
  runs.delete(runId);
}

function endStuckRuns(): void {
  for (const { context } of runs.values()) {
    context.send({ type: "stuck", runId: context.runId });
    forget(context.runId);
  }
}

function receive(message: ToWorker): void {
  switch (message.type) {
    case "ping":
      outbox.send({ type: "pong" });
      return;
    case "modules":
      modules.addTexts(message.texts, message.modules, message.packageRoot);
      return;
    case "environment":
      environments.set(message.instance, message.env);
      return;
    case "run":
      clockMs = message.nowMs;
      start(message);
      return;
    case "answer":
      clockMs = message.nowMs;
      runs.get(message.runId)?.context.answer(message.callId, message.answer);
      return;
    case "abort":
      runs.get(message.runId)?.context.abortController.abort();
      return;
    case "pull":
      runs.get(message.runId)?.pull();
      return;
  }
}

/** Fails the action that something thrown outside of its promise belongs to (convex-facts a.10, d.1). */
function failCurrent(thrown: unknown, prefix: string): void {
  const context = currentAction() ?? soleRun();
  const error = describe(thrown);
  const message = prefix === "" ? error.message : `${prefix}${error.message.replace(/^Uncaught (\w*Error: )?/, "")}`;
  if (context === null) return;
  context.send({ type: "threw", runId: context.runId, error: { ...error, message } });
  forget(context.runId);
}

function soleRun(): ActionContext | null {
  const [only, second] = [...runs.values()];
  return only !== undefined && second === undefined ? only.context : null;
}

nodeProcess.on("uncaughtException", (error) => failCurrent(error, "uncaughtException: "));
nodeProcess.on("unhandledRejection", (reason) => failCurrent(reason, ""));
installStackFormat();
installGlobals(settings.kind);
if (settings.hasTestClock) installDate(globalThis, () => clockMs);
if (settings.kind === "isolate") guard = guardGlobals(globalThis);
port.on("message", (messages: ToWorker[]) => messages.forEach(receive));
