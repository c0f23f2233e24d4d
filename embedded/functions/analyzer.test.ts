import { beforeAll, describe, expect, test } from "vitest";
import { createAnalyzer } from "./analyzer.ts";
import { bundleFiles } from "./testing.ts";
import type { Analyzer, ModuleSource } from "./types.ts";

const MODULES = {
  "m.ts": `
import { actionGeneric as action, internalQueryGeneric as internalQuery, mutationGeneric as mutation } from "convex/server";
import { v } from "convex/values";
export const a = mutation({ args: { x: v.optional(v.string()) }, returns: v.null(), handler: async () => null });
export const b = internalQuery(async () => process.env.NAME);
export const c = action({ args: {}, handler: async () => 1 });
export const helper = () => 1;
export default mutation({ args: {}, handler: async () => null });
`,
  "http.ts": `
import { httpActionGeneric as httpAction, httpRouter } from "convex/server";
const http = httpRouter();
const handler = httpAction(async () => new Response());
http.route({ path: "/a", method: "GET", handler });
http.route({ pathPrefix: "/b/", method: "POST", handler });
export default http;
`,
  "crons.ts": `
import { cronJobs, makeFunctionReference } from "convex/server";
const crons = cronJobs();
crons.daily("clean", { hourUTC: 3, minuteUTC: 15 }, makeFunctionReference("m:a"), { x: "y" });
export default crons;
`,
};

describe("analysis of pushed code", () => {
  let analyzer: Analyzer;
  beforeAll(() => {
    analyzer = createAnalyzer();
  });
  const analyze = async (files: Record<string, string>) => analyzer.modules(await bundleFiles(files), {});

  test("finds functions, routes and crons", async () => {
    const found = await analyze(MODULES);
    expect(found["m.js"]?.functions.map(({ name, udfType, visibility }) => [name, udfType, visibility?.kind])).toEqual([
      ["a", "Mutation", "public"],
      ["b", "Query", "internal"],
      ["c", "Action", "public"],
      ["default", "Mutation", "public"],
    ]);
    const [first, second] = found["m.js"]?.functions ?? [];
    expect([JSON.parse(first?.args ?? ""), JSON.parse(first?.returns ?? "")]).toEqual([
      { type: "object", value: { x: { fieldType: { type: "string" }, optional: true } } },
      { type: "null" },
    ]);
    expect([second?.args, second?.returns]).toEqual(['{"type":"any"}', "null"]);
    expect(found["http.js"]?.httpRoutes).toEqual([
      { route: { method: "GET", path: "/a" }, pos: null },
      { route: { method: "POST", path: "/b/*" }, pos: null },
    ]);
    expect(found["crons.js"]?.cronSpecs).toEqual([
      {
        identifier: "clean",
        spec: { udfPath: "m:a", udfArgs: [{ x: "y" }], cronSchedule: { type: "daily", hourUTC: 3, minuteUTC: 15 } },
      },
    ]);
    expect(Object.keys(found).filter((path) => path.startsWith("_deps/"))).toEqual([]);
  });

  test("says which module fails and where", async () => {
    await expect(analyze({ "bad.ts": 'export const x = 1;\nthrow new Error("at import");\n' })).rejects.toThrow(
      /^Hit an error while pushing:\nLoading the pushed modules encountered the following error:\nFailed to analyze bad\.js: Uncaught Error: at import\n {4}at .*\(\.\.\/convex\/bad\.ts:2:\d+\)/,
    );
  });

  test("refuses what can't run", async () => {
    const node =
      '"use node";\nimport { queryGeneric } from "convex/server";\nexport const q = queryGeneric(async () => 1);';
    await expect(analyze({ "n.ts": node })).rejects.toThrow(/Only actions can be defined in Node\.js/);
    const cron = (schedule: string, path = "m:a") => `
import { cronJobs, makeFunctionReference } from "convex/server";
const crons = cronJobs();
crons.cron("job", ${JSON.stringify(schedule)}, makeFunctionReference("${path}"));
export default crons;`;
    await expect(analyze({ ...MODULES, "crons.ts": cron("* * *") })).rejects.toThrow(/expected five fields/);
    await expect(analyze({ ...MODULES, "crons.ts": cron("* * * * *", "m:gone") })).rejects.toThrow(/m:gone/);
  });

  const source = (path: string, text: string): ModuleSource => ({ path, source: text, environment: "isolate" });

  test("schema and definitions are exported", async () => {
    const files = await bundleFiles({
      "schema2.ts":
        'import { defineSchema, defineTable } from "convex/server";\nimport { v } from "convex/values";\nexport default defineSchema({ t: defineTable({ a: v.string() }).index("by_a", ["a"]) });',
    });
    const [schema, ...chunks] = files;
    expect(schema && (await analyzer.schema(schema, chunks))).toMatchObject({
      tables: [{ tableName: "t", indexes: [{ indexDescriptor: "by_a", fields: ["a"] }] }],
    });
    const config = source(
      "convex.config.js",
      'import child from "./_componentDeps/Li9jaGlsZA";\n' +
        "const app = { children: [] }; export default { export() { return { definitionType: { type: 'app' }, child: child.defaultName, path: child.componentDefinitionPath }; } };",
    );
    const children = { "./_componentDeps/Li9jaGlsZA": { componentDefinitionPath: "../child", defaultName: "kid" } };
    expect(await analyzer.definition(config, children)).toEqual({
      definitionType: { type: "app" },
      child: "kid",
      path: "../child",
    });
  });

  test("auth configuration may only read variables that are set", async () => {
    const config = source(
      "auth.config.js",
      "export default { providers: [{ domain: process.env.DOMAIN, applicationID: 'convex' }] };",
    );
    expect(await analyzer.authConfig(config, [], { DOMAIN: "https://d" })).toEqual([
      { domain: "https://d", applicationID: "convex" },
    ]);
    await expect(analyzer.authConfig(config, [], {})).rejects.toMatchObject({
      code: "AuthConfigMissingEnvironmentVariable",
      message: expect.stringMatching(/Environment variable DOMAIN /),
    });
  });
});
