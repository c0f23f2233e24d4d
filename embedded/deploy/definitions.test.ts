import { describe, expect, test } from "vitest";
import type { JSONValue } from "convex/values";
import type { ModuleSource } from "../functions/types.ts";
import { evaluateDefinitions } from "./definitions.ts";
import type { ComponentSource, PushRequest } from "./push-request.ts";

const module = (source: string): ModuleSource => ({ path: "convex.config.js", source, environment: "isolate" });
const importing = (...paths: string[]) =>
  module(paths.map((path) => `import c from"./_componentDeps/${Buffer.from(path).toString("base64url")}";`).join(""));
const component = (definitionPath: string, ...dependencies: string[]): ComponentSource => ({
  definitionPath,
  definition: importing(...dependencies),
  dependencies,
  schema: null,
  functions: [],
  udfServerVersion: "1.48.0",
});
const push = (definition: ModuleSource | null, ...components: ComponentSource[]): PushRequest => ({
  dryRun: false,
  nodeDependencies: [],
  app: {
    definition,
    dependencies: [],
    schema: null,
    changedModules: [],
    unchangedModuleHashes: [],
    udfServerVersion: "1.48.0",
  },
  components,
});

/** Answers like `export()` of a component named after the order in which it was evaluated. */
function recordingAnalyzer() {
  const calls: { source: string; children: object }[] = [];
  return {
    calls,
    definition: async (source: ModuleSource, children: object): Promise<JSONValue> => {
      calls.push({ source: source.source, children });
      return { definitionType: { type: "childComponent", name: `name${calls.length}` }, childComponents: [] };
    },
  };
}

describe("evaluateDefinitions", () => {
  test("evaluates children first and supplies them under the specifier that the module imports", async () => {
    const analyzer = recordingAnalyzer();
    const inner = "../node_modules/a/node_modules/inner";
    const request = push(importing("../node_modules/a"), component("../node_modules/a", inner), component(inner));
    const definitions = await evaluateDefinitions(analyzer, request);
    const specifier = (path: string) => `./_componentDeps/${Buffer.from(path).toString("base64url")}`;
    expect(analyzer.calls.map(({ children }) => children)).toEqual([
      {},
      { [specifier(inner)]: { componentDefinitionPath: inner, defaultName: "name1" } },
      { [specifier("../node_modules/a")]: { componentDefinitionPath: "../node_modules/a", defaultName: "name2" } },
    ]);
    expect([...definitions.keys()]).toEqual([inner, "../node_modules/a", ""]);
  });

  test("an app without a config has no children", async () => {
    const definitions = await evaluateDefinitions(recordingAnalyzer(), push(null));
    expect(definitions.get("")).toMatchObject({ definitionType: { type: "app" }, childComponents: [] });
  });

  test("refuses definitions that import each other, and imports of what was not pushed", async () => {
    const cyclic = push(null, component("a", "b"), component("b", "a"));
    await expect(evaluateDefinitions(recordingAnalyzer(), cyclic)).rejects.toMatchObject({ code: "CyclicImport" });
    const dangling = push(importing("missing"));
    await expect(evaluateDefinitions(recordingAnalyzer(), dangling)).rejects.toThrow("missing");
  });
});
