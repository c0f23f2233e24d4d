import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { randomUUID } from "node:crypto";
import { transform } from "esbuild";
import { DeveloperError, coerceError } from "../../errors.ts";
import type { StoredModule } from "../deployment.ts";
import { keepsState } from "./module-state.ts";

/** A pushed module as a script body: `exports`, `require` and `module` are its free variables. */
export interface CompiledModule {
  path: string;
  environment: "isolate" | "node";
  /** File name of the script in V8, unique per content; error frames are mapped back by it. */
  fileName: string;
  /** The function expression `(function (exports, require, module, __importModule) {…})`, see {@link ModuleFactory}. */
  code: string;
  /** Source map (JSON text) from `code`, first line not counted, to the author's files. */
  map: string | null;
  /** Paths of the modules it imports, those of `import()` too where they are written out. */
  imports: readonly string[];
  /** See {@link keepsState}. */
  keepsState: boolean;
}

/** What is kept of a compilation. */
type Compiled = Pick<CompiledModule, "code" | "map" | "imports" | "keepsState">;

/** What a compiled module's text evaluates to. */
export type ModuleFactory = (
  exports: object,
  /** For static imports: called while the module is evaluated. */
  require: (specifier: string) => unknown,
  module: object,
  /** For `import()`: called in a promise of its own. */
  importModule: (specifier: string) => unknown,
) => void;

// Raised when the output for the same input changes, so that old cache files are not used.
const COMPILER_VERSION = 4;

// Newer syntax than the oldest supported Node is rewritten; the CLI itself bundles for esnext.
const TARGET = "node20";

// What esbuild makes of `import(`, and what takes its place; as long, so that the source map still holds.
const DYNAMIC_REQUIRE = "Promise.resolve().then(() => __toESM(require(";
const DYNAMIC_IMPORT = "Promise.resolve().then(() => __importModule((";

const IMPORT = /\b(?:require\(|__importModule\(\()"(\.{1,2}\/[^"\n]+)"\)/g;

const TOP_LEVEL_AWAIT = "Top-level awaits in source files are unsupported";

const SOURCE_MAP_COMMENT = /\n?\/\/# sourceMappingURL=[^\n]*\s*$/;

/** How a module's script is named in V8; `displayName` undoes it. */
function scriptFileName(module: Pick<StoredModule, "path" | "sha256">): string {
  return `convex:/${module.sha256.slice(0, 16)}/${module.path}`;
}

/** What an unmapped frame shows instead of the script's file name (convex-facts a.10). */
export function displayName(fileName: string): string {
  return fileName.replace(/^convex:\/[0-9a-f]{16}\//, "convex:/user/");
}

function withInlineMap(module: StoredModule): string {
  const source = module.source.replace(SOURCE_MAP_COMMENT, "");
  if (module.sourceMap === undefined || module.sourceMap === null) return source;
  const encoded = Buffer.from(module.sourceMap).toString("base64");
  return `${source}\n//# sourceMappingURL=data:application/json;base64,${encoded}`;
}

async function transformModule(module: StoredModule): Promise<Compiled> {
  const result = await transform(withInlineMap(module), {
    loader: "js",
    format: "cjs",
    target: TARGET,
    // `import()` becomes a `require` in a promise; a script has no other way to import.
    supported: { "dynamic-import": false },
    sourcefile: module.path,
    sourcemap: "external",
    sourcesContent: false,
    define: { "import.meta.url": JSON.stringify(`file:///convex/${module.path}`) },
    logLevel: "silent",
  });
  const code = result.code.replaceAll(DYNAMIC_REQUIRE, DYNAMIC_IMPORT);
  const sourceMap = module.sourceMap ?? null;
  const from = posix.dirname(module.path);
  return {
    code,
    map: sourceMap === null ? null : result.map,
    imports: [...code.matchAll(IMPORT)].map(([, specifier = ""]) => posix.join(from, specifier)),
    keepsState: keepsState(module.source, sourceMap),
  };
}

/**
 * Turns pushed ES modules into scripts, once per content: results are kept in `cacheDir` by hash, and losing that
 * directory only costs time. Null keeps nothing.
 */
export class ModuleCompiler {
  readonly #cacheDir: string | null;

  constructor(cacheDir: string | null) {
    this.#cacheDir = cacheDir;
  }

  /** Throws DeveloperError `InvalidModules` when the source does not parse or cannot become a script. */
  async compile(module: StoredModule): Promise<CompiledModule> {
    const compiled = (await this.#read(module)) ?? (await this.#transform(module));
    return {
      ...compiled,
      path: module.path,
      environment: module.environment,
      fileName: scriptFileName(module),
      code: `(function (exports, require, module, __importModule) { "use strict";\n${compiled.code}\n})`,
    };
  }

  async #transform(module: StoredModule): Promise<Compiled> {
    let output;
    try {
      output = await transformModule(module);
    } catch (thrown) {
      const { message } = coerceError(thrown);
      const cause = message.includes("Top-level await") ? TOP_LEVEL_AWAIT : message;
      throw new DeveloperError("InvalidModules", `Failed to analyze ${module.path}: ${cause}`);
    }
    await this.#write(module, JSON.stringify(output));
    return output;
  }

  #file(cacheDir: string, module: StoredModule): string {
    return join(cacheDir, `${module.sha256}.${COMPILER_VERSION}.json`);
  }

  async #read(module: StoredModule): Promise<Compiled | null> {
    if (this.#cacheDir === null) return null;
    const text = await readFile(this.#file(this.#cacheDir, module), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    return text === null ? null : (JSON.parse(text) as Compiled);
  }

  async #write(module: StoredModule, text: string): Promise<void> {
    if (this.#cacheDir === null) return;
    await mkdir(this.#cacheDir, { recursive: true });
    const partial = join(this.#cacheDir, `${randomUUID()}.partial`);
    await writeFile(partial, text);
    await rename(partial, this.#file(this.#cacheDir, module));
  }
}
