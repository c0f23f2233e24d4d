/** Entry of a worker that evaluates pushed modules once and tells what they export. Bundled on its own. */
import { parentPort, workerData } from "node:worker_threads";
import { ActionContext, runInAction } from "../actions/worker/action-context.ts";
import { installGlobals, setNodeEnvironment } from "../actions/worker/globals.ts";
import { WorkerModules } from "../actions/worker/modules.ts";
import { describeThrown } from "../function-error.ts";
import { describeModule } from "./describe-module.ts";
import type { AnalysisAnswer, AnalysisTask } from "./messages.ts";

const task = workerData as AnalysisTask;
const port = parentPort;
if (port === null) throw new Error("An analysis worker needs its parent");

const CODE = { texts: "push", instance: "push" };
const modules = new WorkerModules(task.kind);
const frameTexts = new WeakMap<object, string>();
let missingVariable: string | null = null;
let current = "";

Error.prepareStackTrace = (error, sites) => {
  const text = modules.frames.format(sites);
  frameTexts.set(error, text);
  return `${String(error)}\n${text}`.trimEnd();
};

/** Variables as auth.config sees them: one that is not set fails the push (convex-facts h.1). */
function strictEnvironment(env: Record<string, string>): Record<string, string> {
  return new Proxy(env, {
    get: (target, name) => {
      if (typeof name !== "string" || Object.hasOwn(target, name)) return Reflect.get(target, name) as unknown;
      missingVariable ??= name;
      throw new Error(`Environment variable ${name} is used in auth config file but its value was not set.`);
    },
  });
}

function evaluate(path: string): Record<string, unknown> {
  current = path;
  return modules.evaluate(CODE, path);
}

function exportedText(path: string): string {
  const value = evaluate(path).default as { export?: () => string | object } | undefined;
  if (task.job.kind === "plain") return JSON.stringify(value ?? null);
  if (typeof value?.export !== "function") throw new Error(`The default export of ${path} has no export() method`);
  const exported = value.export();
  return typeof exported === "string" ? exported : JSON.stringify(exported);
}

function answer(): AnalysisAnswer {
  const { job } = task;
  try {
    if (job.kind !== "modules") return { ok: true, json: exportedText(job.path) };
    return {
      ok: true,
      modules: Object.fromEntries(job.paths.map((path) => [path, describeModule(path, evaluate(path))])),
    };
  } catch (thrown) {
    const error = describeThrown(thrown, (object) => frameTexts.get(object));
    return { ok: false, path: current, error, missingVariable };
  }
}

modules.addTexts(CODE.texts, task.modules, task.packageRoot);
installGlobals(task.kind);
if (task.kind === "node") setNodeEnvironment(task.env);
const env = task.strictEnv ? strictEnvironment(task.env) : task.env;
const context = new ActionContext({ outbox: { send: (message) => port.postMessage(message) }, runId: 0, env });
port.postMessage(runInAction(context, answer));
