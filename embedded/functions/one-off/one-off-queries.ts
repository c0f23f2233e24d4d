import type { Namespace } from "../../database/types.ts";
import { DeveloperError } from "../../errors.ts";
import { bundleEntry } from "../bundle-entry.ts";
import { moduleHash } from "../deployment.ts";
import { chain, type MaybePromise } from "../maybe-promise.ts";
import { type CompiledModule, ModuleCompiler } from "../modules/compile.ts";
import type { CodeLoader, ComponentCode, DeployedCode } from "../modules/deployed-code.ts";
import { EMPTY_CODE } from "../modules/deployed-code.ts";
import { abandonSnapshots, type RunServices, startRun } from "../run.ts";
import { TIMED_OUT } from "../time-budget.ts";
import { executeCall } from "../top-call.ts";
import type { TurnQueue } from "../turn-queue.ts";
import type { FunctionCall, QueryOutcome } from "../types.ts";

/** What the source of an inline query imports its wrappers by. */
const WRAPPERS_SPECIFIER = "convex:/_system/repl/wrappers.js";
const WRAPPERS_PATH = "_system/repl/wrappers.js";

/** A query that was never pushed. `path` names its module in errors. */
export type OneOffCall = Omit<FunctionCall, "path"> & { modulePath: string; source: string };

/**
 * Runs queries that are sent as source (`npx convex run --inline-query`, the MCP server's `runOneoffQuery`): once, beside
 * the deployed code of a component, leaving nothing behind. They import nothing but the query wrappers.
 */
export class OneOffQueries {
  readonly #services: RunServices;
  readonly #loader: CodeLoader;
  readonly #turns: TurnQueue;
  // Nothing of them is worth keeping on disk.
  readonly #compiler = new ModuleCompiler(null);

  constructor(services: RunServices, loader: CodeLoader, turns: TurnQueue) {
    this.#services = services;
    this.#loader = loader;
    this.#turns = turns;
  }

  /** Throws DeveloperError for a source that does not compile and for an unknown component. */
  async run({ modulePath, source, ...rest }: OneOffCall): Promise<QueryOutcome> {
    const modules = await Promise.all([this.#compile(modulePath, source), wrappers()]);
    const call: FunctionCall = { ...rest, path: `${modulePath.replace(/\.js$/, "")}:default` };
    const { database, slots } = this.#services;
    const cut: { settle: (() => QueryOutcome) | null } = { settle: null };
    try {
      const outcome = await this.#turns.run({
        run: () => this.#compute(call, modulePath, modules, cut),
        cutOff: () => {
          if (cut.settle === null) throw new Error("A run was cut off before it began");
          return cut.settle();
        },
        slots: slots.queries,
        isPatient: false,
      });
      await database.durable(outcome.ts);
      return outcome;
    } finally {
      for (const { fileName } of modules) this.#loader.forget(fileName);
    }
  }

  #compile(path: string, source: string): Promise<CompiledModule> {
    const text = source.replaceAll(WRAPPERS_SPECIFIER, `./${WRAPPERS_PATH}`);
    const module = { path, source: text, environment: "isolate" as const };
    return this.#compiler.compile({ ...module, sha256: moduleHash(module) });
  }

  #compute(
    call: FunctionCall,
    modulePath: string,
    modules: readonly CompiledModule[],
    cut: { settle: (() => QueryOutcome) | null },
  ): MaybePromise<QueryOutcome> {
    const { database } = this.#services;
    const startedMs = performance.now();
    const tx = database.begin({ readOnly: true });
    return chain(this.#loader.load(tx) as MaybePromise<DeployedCode | null>, (deployed) => {
      const code = withModules(deployed ?? EMPTY_CODE, call.component, modulePath, modules);
      const run = startRun(this.#services, code, "Query", call, tx, null);
      const finish = (result: QueryOutcome["result"]): QueryOutcome => {
        database.abandon(tx);
        const executionMs = performance.now() - startedMs;
        const { lines: logLines } = run.log;
        return { ts: tx.beginTs, reads: tx.reads, journal: null, cached: false, result, logLines, executionMs };
      };
      cut.settle = () => {
        abandonSnapshots(run);
        return finish({ ok: false, error: TIMED_OUT });
      };
      return chain(executeCall(run), (outcome) =>
        finish(outcome.ok ? { ok: true, value: outcome.value } : { ok: false, error: outcome.error }),
      );
    });
  }
}

async function wrappers(): Promise<CompiledModule> {
  const text = await bundleEntry(new URL("./wrappers.ts", import.meta.url));
  return {
    path: WRAPPERS_PATH,
    environment: "isolate",
    // A name that frames in errors leave out, as those of the library in pushed code.
    fileName: "convex:/node_modules/convex/wrappers.js",
    code: `(function (exports, require, module) { "use strict";\n${text}\n})`,
    map: null,
    imports: [],
    keepsState: false,
  };
}

/** The deployed code with more modules in one component, the first of which exports a query by default. */
function withModules(
  code: DeployedCode,
  component: Namespace,
  modulePath: string,
  modules: readonly CompiledModule[],
): DeployedCode {
  const deployed = code.components.get(component) ?? (component === "" ? EMPTY_APP : undefined);
  if (deployed === undefined) {
    throw new DeveloperError("ComponentNotFound", `Component "${component}" is not installed on this deployment.`);
  }
  const query = { name: "default", pos: null, udfType: "Query" as const, visibility: null, args: null, returns: null };
  const analysis = { functions: [query], httpRoutes: null, cronSpecs: null, sourceMapped: null };
  const extended: ComponentCode = {
    component: { ...deployed.component, functions: { ...deployed.component.functions, [modulePath]: analysis } },
    modules: new Map([...deployed.modules, ...modules.map((module) => [module.path, module] as const)]),
  };
  return { ...code, components: new Map([...code.components, [component, extended]]) };
}

// Queries of nothing are allowed before the first push too.
const EMPTY_APP: ComponentCode = {
  component: {
    path: "",
    definitionPath: "",
    args: {},
    env: {},
    children: {},
    httpMounts: {},
    httpPrefix: null,
    functions: {},
  },
  modules: new Map(),
};
