import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { JSONValue } from "convex/values";
import { DeveloperError, coerceError } from "../errors.ts";
import { firstRun } from "../scheduler/next-run.ts";
import type { CronSchedule } from "../scheduler/next-run.ts";
import type { AnalysisAnswer, AnalysisTask } from "./analysis/messages.ts";
import { bundleEntry } from "./bundle-entry.ts";
import { moduleHash } from "./deployment.ts";
import { parseFunctionPath } from "./function-path.ts";
import { ModuleCompiler } from "./modules/compile.ts";
import type { CompiledModule } from "./modules/compile.ts";
import type { AnalyzedModule, Analyzer, ModuleSource } from "./types.ts";

export interface AnalyzerOptions {
  /** Shares the runner's cache of compiled modules there, so that a push compiles each module once. */
  dataDir?: string;
  /** Where `"use node"` modules find packages that were not bundled. The working directory when absent. */
  packageRoot?: string;
}

// Importing takes milliseconds; whoever needs this long loops.
const EVALUATION_TIMEOUT_MS = 30_000;

const LOADING_FAILED = "Loading the pushed modules encountered the following error:";

const PREFIX = "Hit an error while pushing:\n";

// Chunks are imported by the modules that need them and export no functions.
const CHUNK_DIRECTORY = "_deps/";

function pushError(code: string, text: string): DeveloperError {
  return new DeveloperError(code, PREFIX + text);
}

async function inWorker(task: AnalysisTask): Promise<AnalysisAnswer> {
  const source = await bundleEntry(new URL("./analysis/worker.ts", import.meta.url));
  const worker = new Worker(source, { eval: true, workerData: task, env: {}, execArgv: [] });
  try {
    return await new Promise<AnalysisAnswer>((resolve, reject) => {
      const late = setTimeout(() => {
        reject(pushError("InvalidModules", "Loading the pushed modules took too long. Is there an infinite loop?"));
      }, EVALUATION_TIMEOUT_MS);
      // Imports that use Convex's services get no answer; only the final message has no `type`.
      worker.on("message", (message: AnalysisAnswer | { type: string }) => {
        if ("type" in message) return;
        clearTimeout(late);
        resolve(message);
      });
      worker.on("error", (error) => {
        clearTimeout(late);
        reject(pushError("InvalidModules", `Loading the pushed modules failed: ${error.message}`));
      });
    });
  } finally {
    await worker.terminate();
  }
}

function requireOk(answer: AnalysisAnswer): Exclude<AnalysisAnswer, { ok: false }> {
  if (answer.ok) return answer;
  if (answer.missingVariable !== null) {
    throw pushError(
      "AuthConfigMissingEnvironmentVariable",
      `Environment variable ${answer.missingVariable} is used in auth config file but its value was not set.`,
    );
  }
  throw pushError("InvalidModules", `${LOADING_FAILED}\nFailed to analyze ${answer.path}: ${answer.error.message}`);
}

/** A stand-in for the child definition a `convex.config.js` imports (convex-facts c.3). */
function childModule(
  specifier: string,
  child: { componentDefinitionPath: string; defaultName: string },
): CompiledModule {
  const value = JSON.stringify(child);
  const path = specifier.replace(/^\.\//, "");
  return {
    path,
    environment: "isolate",
    fileName: `convex:/child/${path}`,
    code:
      '(function (exports, require, module) { "use strict";\n' +
      `const child = ${value};\nmodule.exports = { __esModule: true, default: { ...child, export: () => child } };\n})`,
    map: null,
    imports: [],
    keepsState: false,
  };
}

function refuseNodeFunctions(path: string, module: AnalyzedModule): void {
  const wrong = module.functions.find((candidate) => candidate.udfType !== "Action");
  if (wrong === undefined) return;
  throw pushError(
    "InvalidNodeModule",
    `\`${wrong.name}\` defined in \`${path}\` is a ${wrong.udfType} function. Only actions can be defined in Node.js. ` +
      "See https://docs.convex.dev/functions/actions for more details.",
  );
}

/** Refuses crons whose schedule or function does not exist. */
function checkCrons(found: Record<string, AnalyzedModule>): void {
  for (const { identifier, spec } of found["crons.js"]?.cronSpecs ?? []) {
    const { modulePath, exportName } = parseFunctionPath(spec.udfPath);
    const exists = found[modulePath]?.functions.some((candidate) => candidate.name === exportName) === true;
    if (!exists) {
      throw pushError("InvalidCron", `Cron "${identifier}" runs ${spec.udfPath}, which is no function of this app.`);
    }
    try {
      firstRun(spec.cronSchedule as unknown as CronSchedule, 0, { seconds: 0, random: () => 0 });
    } catch (thrown) {
      throw pushError("InvalidCron", `Cron "${identifier}": ${coerceError(thrown).message}`);
    }
  }
}

class WorkerAnalyzer implements Analyzer {
  readonly #compiler: ModuleCompiler;
  readonly #packageRoot: string;

  constructor(options: AnalyzerOptions) {
    this.#compiler = new ModuleCompiler(options.dataDir === undefined ? null : join(options.dataDir, "module-cache"));
    this.#packageRoot = options.packageRoot ?? process.cwd();
  }

  async modules(
    modules: ModuleSource[],
    env: Record<string, string>,
    packageRoot: string | null = null,
  ): Promise<Record<string, AnalyzedModule>> {
    const found: Record<string, AnalyzedModule> = {};
    for (const kind of ["isolate", "node"] as const) {
      const own = modules.filter((module) => module.environment === kind);
      const paths = own.map((module) => module.path).filter((path) => !path.startsWith(CHUNK_DIRECTORY));
      // The auth configuration is evaluated by itself, with its own rule for variables.
      const analysed = paths.filter((path) => path !== "auth.config.js");
      if (analysed.length === 0) continue;
      const answer = requireOk(
        await this.#run(kind, own, [], env, false, { kind: "modules", paths: analysed }, packageRoot),
      );
      if ("modules" in answer) Object.assign(found, answer.modules);
    }
    for (const module of modules) {
      const analysis = found[module.path];
      if (module.environment === "node" && analysis !== undefined) refuseNodeFunctions(module.path, analysis);
    }
    checkCrons(found);
    return found;
  }

  schema(module: ModuleSource, chunks: ModuleSource[]): Promise<JSONValue> {
    return this.#json([module, ...chunks], [], {}, false, { kind: "exported", path: module.path });
  }

  authConfig(module: ModuleSource, chunks: ModuleSource[], env: Record<string, string>): Promise<JSONValue> {
    return this.#json([module, ...chunks], [], env, true, { kind: "plain", path: module.path }).then((value) =>
      typeof value === "object" && value !== null && "providers" in value ? (value.providers ?? []) : [],
    );
  }

  definition(
    module: ModuleSource,
    children: Record<string, { componentDefinitionPath: string; defaultName: string }>,
  ): Promise<JSONValue> {
    const supplied = Object.entries(children).map(([specifier, child]) => childModule(specifier, child));
    return this.#json([module], supplied, {}, false, { kind: "exported", path: module.path });
  }

  async #compile(module: ModuleSource): Promise<CompiledModule> {
    try {
      return await this.#compiler.compile({ ...module, sha256: moduleHash(module) });
    } catch (thrown) {
      if (!(thrown instanceof DeveloperError)) throw thrown;
      throw pushError(thrown.code, `${LOADING_FAILED}\n${thrown.message}`);
    }
  }

  async #json(
    modules: ModuleSource[],
    supplied: CompiledModule[],
    env: Record<string, string>,
    strictEnv: boolean,
    job: AnalysisTask["job"],
  ): Promise<JSONValue> {
    const answer = requireOk(await this.#run("isolate", modules, supplied, env, strictEnv, job));
    return "json" in answer ? (JSON.parse(answer.json) as JSONValue) : null;
  }

  async #run(
    kind: AnalysisTask["kind"],
    modules: ModuleSource[],
    supplied: CompiledModule[],
    env: Record<string, string>,
    strictEnv: boolean,
    job: AnalysisTask["job"],
    packageRoot: string | null = null,
  ): Promise<AnalysisAnswer> {
    const compiled = await Promise.all(modules.map((module) => this.#compile(module)));
    const task = {
      kind,
      packageRoot: packageRoot ?? this.#packageRoot,
      modules: [...compiled, ...supplied],
      env,
      strictEnv,
      job,
    };
    return inWorker(task);
  }
}

/** Evaluates pushed code in threads of its own, so that nothing it does can reach the live deployment. */
export function createAnalyzer(options: AnalyzerOptions = {}): Analyzer {
  return new WorkerAnalyzer(options);
}
