import { Script } from "node:vm";
import type { Namespace, Transaction } from "../../database/types.ts";
import { readDeployment, readDeploymentVersion, readModules } from "../deployment.ts";
import type { Deployment } from "../deployment.ts";
import type { FunctionPath } from "../function-path.ts";
import type { AnalyzedModule, DeployedComponent } from "../types.ts";
import type { CompiledModule, ModuleCompiler } from "./compile.ts";
import type { FrameMapper } from "./frames.ts";

export type AnalyzedFunction = AnalyzedModule["functions"][number];

/** One mounted component with its compiled modules. Instances of one definition share `modules` and scripts. */
export interface ComponentCode {
  component: DeployedComponent;
  modules: ReadonlyMap<string, CompiledModule>;
}

/** Everything the runner needs of one pushed version. */
export interface DeployedCode {
  deployment: Deployment;
  components: ReadonlyMap<Namespace, ComponentCode>;
}

/** What a backend runs to which nothing was ever pushed: no function is found. */
export const EMPTY_CODE: DeployedCode = {
  deployment: { version: "none", pushedAtMs: 0, udfServerVersion: "", components: [], authProviders: [] },
  components: new Map(),
};

// A module may export hundreds of functions, and every call looks for one.
const functionsByName = new WeakMap<AnalyzedModule, Map<string, AnalyzedFunction>>();

/** The analysis of one function, or null when the component has no such function. */
export function findFunction(code: ComponentCode, path: FunctionPath): AnalyzedFunction | null {
  const { functions } = code.component;
  const module = Object.hasOwn(functions, path.modulePath) ? functions[path.modulePath] : undefined;
  if (module === undefined) return null;
  let byName = functionsByName.get(module);
  if (byName === undefined) {
    byName = new Map(module.functions.map((analyzed) => [analyzed.name, analyzed]));
    functionsByName.set(module, byName);
  }
  return byName.get(path.exportName) ?? null;
}

// Two versions are in use while a push replaces one by the other and older snapshots are still asked for.
const KEPT_VERSIONS = 2;

/**
 * Loads and keeps compiled versions. The common case, a version already loaded, answers synchronously and reads one
 * small row of the transaction.
 */
export class CodeLoader {
  readonly #compiler: ModuleCompiler;
  readonly #frames: FrameMapper;
  readonly #loaded = new Map<string, DeployedCode>();
  readonly #loading = new Map<string, Promise<DeployedCode>>();
  readonly #scripts = new Map<string, Script>();

  constructor(compiler: ModuleCompiler, frames: FrameMapper) {
    this.#compiler = compiler;
    this.#frames = frames;
  }

  /** Null when nothing was ever pushed; a promise when the version must be compiled first (`tx` stays readable). */
  load(tx: Transaction): DeployedCode | Promise<DeployedCode> | null {
    const current = readDeploymentVersion(tx);
    if (current === null) return null;
    const known = this.#loaded.get(current.version) ?? this.#loading.get(current.version);
    if (known !== undefined) return known;
    const loading = this.#compileAll(tx).finally(() => this.#loading.delete(current.version));
    this.#loading.set(current.version, loading);
    return loading;
  }

  /** The module's script; compiled by V8 once however many realms run it. */
  script(module: CompiledModule): Script {
    const known = this.#scripts.get(module.fileName);
    if (known !== undefined) return known;
    // The wrapper is one line of its own, so that line 1 stays the module's first.
    const script = new Script(module.code, { filename: module.fileName, lineOffset: -1 });
    this.#scripts.set(module.fileName, script);
    return script;
  }

  /** Lets go of a script that no deployed version has. */
  forget(fileName: string): void {
    this.#scripts.delete(fileName);
  }

  async #compileAll(tx: Transaction): Promise<DeployedCode> {
    const deployment = readDeployment(tx);
    if (deployment === null) throw new Error("_deployment has a version row but no state row");
    const definitions = new Map(
      [...new Set(deployment.components.map((component) => component.definitionPath))].map((path) => [
        path,
        readModules(tx, path),
      ]),
    );
    const compiled = new Map<string, ReadonlyMap<string, CompiledModule>>();
    for (const [path, modules] of definitions) {
      const entries = await Promise.all(modules.map((module) => this.#compiler.compile(module)));
      for (const module of entries) this.#frames.add(module.fileName, module.map);
      compiled.set(path, new Map(entries.map((module) => [module.path, module])));
    }
    const components = new Map(
      deployment.components.map((component) => [
        component.path,
        { component, modules: compiled.get(component.definitionPath) ?? new Map<string, CompiledModule>() },
      ]),
    );
    const code = { deployment, components };
    this.#keep(deployment.version, code);
    return code;
  }

  #keep(version: string, code: DeployedCode): void {
    this.#loaded.set(version, code);
    for (const old of [...this.#loaded.keys()].slice(0, -KEPT_VERSIONS)) this.#loaded.delete(old);
    const inUse = new Set(
      [...this.#loaded.values()].flatMap((kept) =>
        [...kept.components.values()].flatMap((component) => [...component.modules.values()].map((m) => m.fileName)),
      ),
    );
    for (const fileName of this.#scripts.keys()) if (!inUse.has(fileName)) this.#scripts.delete(fileName);
    this.#frames.retain(inUse);
  }
}
