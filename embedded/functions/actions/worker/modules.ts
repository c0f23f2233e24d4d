import { createRequire, isBuiltin } from "node:module";
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { Script } from "node:vm";
import type { CompiledModule, ModuleFactory } from "../../modules/compile.ts";
import { freshModules } from "../../modules/module-state.ts";
import { FrameMapper } from "../../modules/frames.ts";
import type { CodeKey, WorkerKind } from "../messages.ts";

type Exports = Record<string, unknown>;
type Evaluated = Map<string, { exports: Exports }>;

// The default runtime has none of these. They are hidden from modules rather than removed: Node's fetch needs some.
const HIDDEN_NAMES =
  "Buffer, setImmediate, clearImmediate, global, MessageChannel, MessagePort, MessageEvent, BroadcastChannel, WebSocket";

let importDepth = 0;

/** Whether a module is being evaluated just now. */
export function isImporting(): boolean {
  return importDepth > 0;
}

const namespaces = new WeakMap<object, object>();

/** What `import()` of a module resolves to, the same each time: its exports, with a `default` for what is no ES module. */
function namespaceOf(exported: unknown): unknown {
  const isModule = typeof exported === "object" && exported !== null && "__esModule" in exported;
  if (isModule) return exported;
  if ((typeof exported !== "object" && typeof exported !== "function") || exported === null)
    return { default: exported };
  const known = namespaces.get(exported);
  if (known !== undefined) return known;
  const namespace = { ...(exported as object), default: exported };
  namespaces.set(exported, namespace);
  return namespace;
}

/** A component's modules, evaluated in this worker for one environment. */
class EvaluatedModules {
  readonly instance: string;
  readonly texts: string;
  readonly #scripts: ReadonlyMap<string, CompiledModule>;
  readonly #outside: (specifier: string) => unknown;
  readonly #onEvaluated: () => void;
  readonly #exports: Evaluated = new Map();
  readonly #fresh: ReadonlySet<string>;
  readonly #factories = new Map<string, ModuleFactory>();

  constructor(
    code: CodeKey,
    scripts: ReadonlyMap<string, CompiledModule>,
    kind: WorkerKind,
    outside: (specifier: string) => unknown,
    onEvaluated: () => void,
  ) {
    this.instance = code.instance;
    this.texts = code.texts;
    this.#scripts = scripts;
    // In Node a module lives as long as the process, on Convex as well: connections are kept in its variables.
    this.#fresh = kind === "isolate" ? freshModules(scripts) : new Set();
    this.#outside = outside;
    this.#onEvaluated = onEvaluated;
  }

  /** `own` holds the modules that this run evaluates for itself. */
  evaluate(path: string, own: Evaluated): Exports {
    const evaluated = this.#fresh.has(path) ? own : this.#exports;
    const known = evaluated.get(path);
    if (known !== undefined) return known.exports;
    const compiled = this.#scripts.get(path);
    if (compiled === undefined) throw new Error(`Couldn't find JavaScript module '${path}'`);
    const module = { exports: {} as Exports };
    evaluated.set(path, module);
    importDepth += 1;
    try {
      const require = (specifier: string) => this.#require(path, specifier, own);
      const factory = this.#factory(compiled);
      factory(module.exports, require, module, (specifier) => namespaceOf(require(specifier)));
    } catch (error) {
      evaluated.delete(path);
      throw error;
    } finally {
      importDepth -= 1;
    }
    if (importDepth === 0) this.#onEvaluated();
    return module.exports;
  }

  #factory(compiled: CompiledModule): ModuleFactory {
    const known = this.#factories.get(compiled.path);
    if (known !== undefined) return known;
    const factory = this.#compile(compiled);
    this.#factories.set(compiled.path, factory);
    return factory;
  }

  #compile(compiled: CompiledModule): ModuleFactory {
    const options = { filename: compiled.fileName, lineOffset: -1 };
    if (compiled.environment === "node") return new Script(compiled.code, options).runInThisContext() as ModuleFactory;
    const hidden = new Script(`(function (${HIDDEN_NAMES}) { return ${compiled.code} })`, options);
    return (hidden.runInThisContext() as () => ModuleFactory)();
  }

  #require(from: string, specifier: string, own: Evaluated): unknown {
    if (specifier.startsWith("./") || specifier.startsWith("../")) {
      return this.evaluate(posix.join(posix.dirname(from), specifier), own);
    }
    return this.#outside(specifier);
  }
}

interface ModuleTexts {
  scripts: ReadonlyMap<string, CompiledModule>;
  packageRoot: string;
}

/** Node's own lookup, from the folder of the external packages. */
function requireFrom(packageRoot: string): (specifier: string) => unknown {
  const require = createRequire(join(packageRoot, "package.json"));
  return (specifier) => {
    try {
      return require(specifier) as unknown;
    } catch (thrown) {
      if (existsSync(packageRoot)) throw thrown;
      throw new Error(
        `Cannot find package '${specifier}': the external packages of this deployment are not installed. Push again.`,
        { cause: thrown },
      );
    }
  };
}

function refuseOutside(specifier: string): never {
  const reason = isBuiltin(specifier) ? ` ('${specifier}' needs a file with "use node")` : "";
  throw new Error(`Couldn't find JavaScript module '${specifier}'${reason}`);
}

// A worker serves all components; each has one current evaluation, and a few versions overlap during a push.
const MAX_EVALUATIONS = 64;

/** Module texts sent by the main thread, and what they evaluate to. */
export class WorkerModules {
  readonly frames = new FrameMapper();
  readonly #kind: WorkerKind;
  readonly #onEvaluated: () => void;
  readonly #texts = new Map<string, ModuleTexts>();
  readonly #evaluated = new Map<string, EvaluatedModules>();

  /** `onEvaluated` is called whenever modules have been evaluated. */
  constructor(kind: WorkerKind, onEvaluated: () => void = () => {}) {
    this.#kind = kind;
    this.#onEvaluated = onEvaluated;
  }

  /** `packageRoot` is the folder in whose `node_modules` Node modules find what was not bundled. */
  addTexts(key: string, modules: readonly CompiledModule[], packageRoot: string): void {
    this.#texts.set(key, { scripts: new Map(modules.map((module) => [module.path, module])), packageRoot });
    for (const module of modules) this.frames.add(module.fileName, module.map);
  }

  /** For one run: modules that keep state are evaluated anew. */
  evaluate(code: CodeKey, path: string): Exports {
    return this.#modulesFor(code).evaluate(path, new Map());
  }

  #modulesFor(code: CodeKey): EvaluatedModules {
    const key = `${code.texts}\n${code.instance}`;
    const known = this.#evaluated.get(key);
    if (known !== undefined) return known;
    const texts = this.#texts.get(code.texts);
    if (texts === undefined) throw new Error(`The modules ${code.texts} were not sent to this worker`);
    const outside = this.#kind === "node" ? requireFrom(texts.packageRoot) : refuseOutside;
    const modules = new EvaluatedModules(code, texts.scripts, this.#kind, outside, this.#onEvaluated);
    this.#evaluated.set(key, modules);
    for (const oldest of [...this.#evaluated.keys()].slice(0, -MAX_EVALUATIONS)) this.#evaluated.delete(oldest);
    return modules;
  }
}
