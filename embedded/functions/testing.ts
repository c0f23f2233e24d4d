import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { convexToJson, jsonToConvex } from "convex/values";
import type { JSONValue, Value } from "convex/values";
import { ManualClock } from "../clock.ts";
import { openDatabase } from "../database/open.ts";
import type { Database, SchemaJson, Transaction } from "../database/types.ts";
import { createAnalyzer } from "./analyzer.ts";
import { writeDeployment, writeModules } from "./deployment.ts";
import type { ExecutionLimits } from "./execution-limits.ts";
import type { FunctionLogEntry } from "./function-log.ts";
import type { NodeDependency } from "./node-packages.ts";
import { createFunctionRunner } from "./runner.ts";
import type { SystemFunction } from "./top-call.ts";
import type {
  Analyzer,
  DeployedComponent,
  FunctionCall,
  FunctionError,
  FunctionRunner,
  ModuleSource,
} from "./types.ts";

/** Files of a functions directory by path such as `messages.ts`. */
export type Files = Record<string, string>;

export const TEST_START_MS = 1_760_000_000_000;
const TEST_ORIGINS = { cloud: "http://127.0.0.1:3210", site: "http://127.0.0.1:3211" };

// Left out of bundles, as the CLI does with `node.externalPackages`.
const EXTERNAL = ["left", "esm-only"];

const PACKAGES = fileURLToPath(new URL("../../node_modules", import.meta.url));

async function bundle(root: string, entries: string[], node: boolean): Promise<ModuleSource[]> {
  if (entries.length === 0) return [];
  const out = join(root, "out");
  const result = await build({
    absWorkingDir: root,
    entryPoints: entries.map((entry) => join("convex", entry)),
    outdir: "out",
    outbase: "convex",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "esnext",
    platform: node ? "node" : "browser",
    conditions: ["convex", "module"],
    chunkNames: node ? "_deps/node/[hash]" : "_deps/[hash]",
    sourcemap: true,
    sourcesContent: false,
    nodePaths: [PACKAGES],
    external: node ? EXTERNAL : [],
    write: false,
  });
  const text = new Map(result.outputFiles.map((file) => [relative(out, file.path), file.text]));
  return [...text]
    .filter(([path]) => !path.endsWith(".map"))
    .map(([path, source]) => ({
      path,
      source,
      sourceMap: text.get(`${path}.map`) ?? null,
      environment: node ? "node" : "isolate",
    }));
}

/** Bundles a functions directory as the CLI does. */
export async function bundleFiles(files: Files): Promise<ModuleSource[]> {
  const root = mkdtempSync(join(tmpdir(), "switchboard-bundle-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      const target = join(root, "convex", path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
    const isNode = (path: string) => /^["']use node["']/.test(files[path] ?? "");
    const paths = Object.keys(files).filter((path) => !path.startsWith("lib/") && path !== "schema.ts");
    const isolate = await bundle(
      root,
      paths.filter((path) => !isNode(path)),
      false,
    );
    return [...isolate, ...(await bundle(root, paths.filter(isNode), true))];
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** A mounted component of a test deployment. */
export interface TestComponent {
  files: Files;
  env?: DeployedComponent["env"];
  httpPrefix?: string;
}

/** Runs `change` in a transaction that must commit. */
export function commit<T>(db: Database, change: (tx: Transaction) => T): T {
  const tx = db.begin();
  const result = change(tx);
  const outcome = db.commit(tx, "test");
  if (outcome.kind !== "committed") throw new Error(`Conflict on ${outcome.table}`);
  return result;
}

/** Thrown by the helpers for a function that failed. */
export class TestFailure extends Error {
  readonly error: FunctionError;

  constructor(error: FunctionError) {
    super(error.message);
    this.error = error;
  }
}

/** A database, a runner and a clock, without servers. */
export class TestBackend {
  readonly clock: ManualClock;
  readonly database: Database;
  readonly runner: FunctionRunner;
  readonly analyzer: Analyzer;
  readonly dataDir: string;
  readonly logs: FunctionLogEntry[];
  #pushes = 0;

  private constructor(parts: Pick<TestBackend, "clock" | "database" | "runner" | "analyzer" | "dataDir" | "logs">) {
    this.clock = parts.clock;
    this.database = parts.database;
    this.runner = parts.runner;
    this.analyzer = parts.analyzer;
    this.dataDir = parts.dataDir;
    this.logs = parts.logs;
  }

  static async start(
    files: Files = {},
    options: { systemFunctions?: Record<string, SystemFunction>; limits?: ExecutionLimits } = {},
  ): Promise<TestBackend> {
    const dataDir = mkdtempSync(join(tmpdir(), "switchboard-functions-"));
    const clock = new ManualClock(TEST_START_MS);
    const database = openDatabase({ path: ":memory:", clock });
    const logs: FunctionLogEntry[] = [];
    const runner = await createFunctionRunner({
      database,
      clock,
      dataDir,
      origins: TEST_ORIGINS,
      onLog: (entry) => logs.push(entry),
      packageRoot: dirname(PACKAGES),
      ...options,
    });
    const analyzer = createAnalyzer({ dataDir, packageRoot: dirname(PACKAGES) });
    const backend = new TestBackend({ clock, database, runner, analyzer, dataDir, logs });
    await backend.push(files);
    return backend;
  }

  /** Deploys the files as the app, and `components` as its children by name. */
  async push(
    files: Files,
    components: Record<string, TestComponent> = {},
    packages: { nodeDependencies?: NodeDependency[]; packageRoot?: string | null } = {},
  ): Promise<void> {
    const deployed: DeployedComponent[] = [];
    const modules = new Map<string, ModuleSource[]>();
    const add = async (path: string, component: TestComponent, children: Record<string, string>) => {
      const definitionPath = path === "" ? "" : `../components/${path}`;
      const sources = await bundleFiles(component.files);
      modules.set(definitionPath, sources);
      deployed.push({
        path,
        definitionPath,
        args: {},
        env: component.env ?? {},
        children,
        httpMounts: {},
        httpPrefix: component.httpPrefix ?? null,
        functions: await this.analyzer.modules(sources, {}, packages.packageRoot),
      });
    };
    await add("", { files }, Object.fromEntries(Object.keys(components).map((name) => [name, name])));
    for (const [name, component] of Object.entries(components)) await add(name, component, {});
    const root = deployed[0];
    for (const [name, component] of Object.entries(components)) {
      if (root !== undefined && component.httpPrefix !== undefined) root.httpMounts[component.httpPrefix] = name;
    }
    this.#pushes += 1;
    commit(this.database, (tx) => {
      for (const [definitionPath, sources] of modules) writeModules(tx, definitionPath, sources);
      writeDeployment(tx, {
        version: `v${this.#pushes}`,
        pushedAtMs: TEST_START_MS,
        udfServerVersion: "1.48.0",
        components: deployed,
        authProviders: [],
        nodeDependencies: packages.nodeDependencies ?? [],
      });
    });
    await this.runner.reload();
  }

  async schema(schema: SchemaJson, ns = ""): Promise<void> {
    const outcome = await this.database.prepareSchema(ns, schema).done;
    if (!outcome.ok) throw new Error(outcome.error);
    commit(this.database, (tx) => this.database.activateSchema(tx, ns, schema));
  }

  setEnv(name: string, value: string): void {
    commit(this.database, (tx) => {
      const row = tx.system.rows("", "_environment_variables", "by_name", [name])[0];
      if (row === undefined) tx.system.insert("", "_environment_variables", { name, value });
      else tx.system.patch("", row.id, { value });
    });
  }

  call(path: string, args: Record<string, Value> = {}, more: Partial<FunctionCall> = {}): FunctionCall {
    return {
      component: "",
      path,
      args: convexToJson(args),
      identity: { kind: "anonymous" },
      requestId: "0123456789abcdef",
      caller: "HttpApi",
      ...more,
    };
  }

  async query(path: string, args: Record<string, Value> = {}, more: Partial<FunctionCall> = {}): Promise<Value> {
    const { result } = await this.runner.query(this.call(path, args, more));
    if (!result.ok) throw new TestFailure(result.error);
    return decode(result.value);
  }

  async mutation(path: string, args: Record<string, Value> = {}, more: Partial<FunctionCall> = {}): Promise<Value> {
    const outcome = await this.runner.mutation(this.call(path, args, more));
    if (!outcome.ok) throw new TestFailure(outcome.error);
    return decode(outcome.value);
  }

  async action(path: string, args: Record<string, Value> = {}, more: Partial<FunctionCall> = {}): Promise<Value> {
    const outcome = await this.runner.action(this.call(path, args, more));
    if (!outcome.ok) throw new TestFailure(outcome.error);
    return decode(outcome.value);
  }

  async fetch(path: string, init?: RequestInit, more: { signal?: AbortSignal } = {}): Promise<Response> {
    const request = new Request(`${TEST_ORIGINS.site}${path}`, init);
    const bytes = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
    const data = { url: request.url, method: request.method, headers: [...request.headers], body: bytes };
    const context = { identity: { kind: "anonymous" }, requestId: "0123456789abcdef", ...more } as const;
    const { status, headers, body } = await this.runner.httpAction(data, context);
    const content = body instanceof Uint8Array ? Uint8Array.from(body) : body;
    return new Response(content, { status, headers: headers.map(([name, value]): [string, string] => [name, value]) });
  }

  async close(): Promise<void> {
    await this.runner.close();
    await this.database.close();
    this.clock.close();
    rmSync(this.dataDir, { recursive: true });
  }
}

function decode(text: string): Value {
  return jsonToConvex(JSON.parse(text) as JSONValue);
}
