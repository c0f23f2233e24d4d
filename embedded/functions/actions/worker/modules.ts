import { createRequire, isBuiltin } from "node:module";
import { join, posix } from "node:path";
import { Script } from "node:vm";
import type { CompiledModule, ModuleFactory } from "../../modules/compile.ts";
import { FrameMapper } from "../../modules/frames.ts";
import type { CodeKey, WorkerKind } from "../messages.ts";

type Exports = Record<string, unknown>;

// The default runtime has none of these. They are hidden from modules rather than removed: Node's fetch needs them.
const HIDDEN_NAMES = "Buffer, setImmediate, clearImmediate";

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
  readonly #exports = new Map<string, { exports: Exports }>();

  constructor(code: CodeKey, scripts: ReadonlyMap<string, CompiledModule>, outside: (specifier: string) => unknown) {
    this.instance = code.instance;
    this.texts = code.texts;
    this.#scripts = scripts;
    this.#outside = outside;
  }

  evaluate(path: string): Exports {
    const known = this.#exports.get(path);
    if (known !== undefined) return known.exports;
    const compiled = this.#scripts.get(path);
    if (compiled === undefined) throw new Error(`Couldn't find JavaScript module '${path}'`);
    const module = { exports: {} as Exports };
    this.#exports.set(path, module);
    importDepth += 1;
    try {
      const require = (specifier: string) => this.#require(path, specifier);
      const factory = this.#factory(compiled);
      factory(module.exports, require, module, (specifier) => namespaceOf(require(specifier)));
    } catch (error) {
      this.#exports.delete(path);
      throw error;
    } finally {
      importDepth -= 1;
    }
    return module.exports;
  }

  #factory(compiled: CompiledModule): ModuleFactory {
    const options = { filename: compiled.fileName, lineOffset: -1 };
    if (compiled.environment === "node") return new Script(compiled.code, options).runInThisContext() as ModuleFactory;
    const hidden = new Script(`(function (${HIDDEN_NAMES}) { return ${compiled.code} })`, options);
    return (hidden.runInThisContext() as () => ModuleFactory)();
  }

  #require(from: string, specifier: string): unknown {
    if (specifier.startsWith("./") || specifier.startsWith("../")) {
      return this.evaluate(posix.join(posix.dirname(from), specifier));
    }
    return this.#outside(specifier);
  }
}

// A worker serves all components; each has one current evaluation, and a few versions overlap during a push.
const MAX_EVALUATIONS = 64;

/** Module texts sent by the main thread, and what they evaluate to. */
export class WorkerModules {
  readonly frames = new FrameMapper();
  readonly #kind: WorkerKind;
  readonly #requireOutside: NodeJS.Require;
  readonly #texts = new Map<string, ReadonlyMap<string, CompiledModule>>();
  readonly #evaluated = new Map<string, EvaluatedModules>();

  constructor(kind: WorkerKind, packageRoot: string) {
    this.#kind = kind;
    this.#requireOutside = createRequire(join(packageRoot, "package.json"));
  }

  addTexts(key: string, modules: readonly CompiledModule[]): void {
    this.#texts.set(key, new Map(modules.map((module) => [module.path, module])));
    for (const module of modules) this.frames.add(module.fileName, module.map);
  }

  evaluate(code: CodeKey, path: string): Exports {
    return this.#modulesFor(code).evaluate(path);
  }

  #modulesFor(code: CodeKey): EvaluatedModules {
    const key = `${code.texts}\n${code.instance}`;
    const known = this.#evaluated.get(key);
    if (known !== undefined) return known;
    const texts = this.#texts.get(code.texts);
    if (texts === undefined) throw new Error(`The modules ${code.texts} were not sent to this worker`);
    const modules = new EvaluatedModules(code, texts, (specifier) => this.#outside(specifier));
    this.#evaluated.set(key, modules);
    for (const oldest of [...this.#evaluated.keys()].slice(0, -MAX_EVALUATIONS)) this.#evaluated.delete(oldest);
    return modules;
  }

  #outside(specifier: string): unknown {
    if (this.#kind === "node") return this.#requireOutside(specifier);
    const reason = isBuiltin(specifier) ? ` ('${specifier}' needs a file with "use node")` : "";
    throw new Error(`Couldn't find JavaScript module '${specifier}'${reason}`);
  }
}
