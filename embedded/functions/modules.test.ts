import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAnalyzer } from "./analyzer.ts";
import { TestBackend, TestFailure } from "./testing.ts";
import type { AnalyzedModule } from "./types.ts";

const FILES = {
  "imports.ts": `
import { actionGeneric as action, mutationGeneric as mutation, queryGeneric as query } from "convex/server";
import * as helpers from "./lib/helpers";
export const inQuery = query({ handler: async () => (await import("./lib/helpers")).double(2) });
export const inMutation = mutation({ handler: async () => (await import("./lib/helpers")).double(2) });
export const inAction = action({ handler: async () => {
  const once = await import("./lib/helpers");
  const again = await import("./lib/helpers");
  return [once.double(2), once === again, once.double === helpers.double];
} });
export const missing = action({ handler: async () => { const path = "./nowhere"; try { await import(path); } catch (error) { return [error instanceof Error, error.message]; } } });
export const failing = action({ handler: async () => { await import("./lib/fails"); } });
`,
  "state.ts": `
import { actionGeneric as action, mutationGeneric as mutation, queryGeneric as query } from "convex/server";
import { remembered } from "./lib/remembered";
let calls = 0;
const seen = new Map();
export const inMutation = mutation({ handler: async (ctx, { name }) => { calls += 1; seen.set(name, calls); return [calls, seen.size, remembered(name)]; } });
export const inAction = action({ handler: async (ctx, { name }) => { calls += 1; seen.set(name, calls); return [calls, seen.size, remembered(name)]; } });
export const makesGlobal = query({ handler: async (ctx, { n }) => { globalThis.made = (globalThis.made ?? 0) + 1; return globalThis.made; } });
const damages = {
  convex: () => delete globalThis.Convex,
  member: () => delete Convex.syscall,
  replaced: () => { globalThis.Date = class { static now() { return 0; } }; },
  random: () => { Math.random = () => 7; },
  prototype: () => { Object.prototype.injected = true; },
  getter: () => Object.defineProperty(globalThis, "crypto", { get() { return "gone"; } }),
};
const damage = (name) => { damages[name](); return 1; };
const state = () => [typeof Convex?.syscall, Date.now() > 0, Math.random() < 1, "injected" in {}, typeof crypto.subtle];
export const damageInQuery = query({ handler: async (ctx, { name }) => damage(name) });
export const damageInAction = action({ handler: async (ctx, { name }) => damage(name) });
export const stateInQuery = query({ handler: async (ctx, { name }) => state() });
export const stateInAction = action({ handler: async (ctx, { name }) => state() });
export const deletesConvex = query({ handler: async (ctx, { n }) => { delete Convex.syscall; try { await ctx.db.query("t").collect(); } catch (error) { return error.message; } } });
export const reads = query({ handler: async (ctx, { n }) => (await ctx.db.query("t").collect()).length });
`,
  "lib/remembered.ts": "const names = []; export function remembered(name) { names.push(name); return names.length; }",
  "lib/helpers.ts": "export const double = (n) => n * 2;",
  "lib/fails.ts": 'throw new Error("at import"); export {};',
  "late.ts": `
import { actionGeneric as action, queryGeneric as query } from "convex/server";
// What analysis does not reach.
if (process.env.USE_DATABASE) Convex.asyncSyscall("1.0/insert", JSON.stringify({ table: "t", value: {} }));
export const asQuery = query({ handler: async () => 1 });
export const asAction = action({ handler: async () => 1 });
`,
  "node.ts": `"use node";
import { actionGeneric as action } from "convex/server";
export const builtin = action({ handler: async () => { const path = await import("node:path"); return [path.join("a", "b"), path === await import("node:path")]; } });
`,
};

const IMPORT_REFUSAL =
  "Can't use database at import time. Convex's services can only be used while a function is running.";

let backend: TestBackend;
beforeAll(async () => {
  backend = await TestBackend.start(FILES);
});
afterAll(() => backend.close());

async function refusal(run: Promise<unknown>): Promise<string> {
  const error = await run.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof TestFailure) return error.message;
  throw error ?? new Error("It was not refused");
}

describe("import() (convex-facts d.1)", () => {
  test("is refused in queries and mutations", async () => {
    const expected =
      /^Uncaught TypeError: dynamic module import unsupported\n {4}at .*\(\.\.\/convex\/imports\.ts:4:\d+\)/;
    expect(await refusal(backend.query("imports:inQuery"))).toMatch(expected);
    expect(await refusal(backend.mutation("imports:inMutation"))).toMatch(
      /^Uncaught TypeError: dynamic module import unsupported/,
    );
  });

  test("gives actions the module that static imports have", async () => {
    expect(await backend.action("imports:inAction")).toEqual([4, true, true]);
    expect(await backend.action("node:builtin")).toEqual(["a/b", true]);
  });

  test("rejects for what is not there and for what fails to load", async () => {
    expect(await backend.action("imports:missing")).toEqual([true, "Couldn't find JavaScript module 'nowhere'"]);
    expect(await refusal(backend.action("imports:failing"))).toMatch(/^Uncaught Error: at import\n/);
  });
});

describe("a run leaves nothing to the next (convex-facts d.1)", () => {
  test("in variables of its modules", async () => {
    for (const name of ["a", "b", "c"]) {
      expect(await backend.mutation("state:inMutation", { name })).toEqual([1, 1, 1]);
      expect(await backend.action("state:inAction", { name })).toEqual([1, 1, 1]);
    }
  });

  test("in globals, new or damaged", async () => {
    for (const n of [1, 2, 3]) {
      expect(await backend.query("state:makesGlobal", { n })).toBe(1);
      expect(await backend.query("state:deletesConvex", { n })).toMatch(
        /^The Convex database and auth objects are being used outside of a Convex backend\./,
      );
      expect(await backend.query("state:reads", { n })).toBe(0);
    }
  });
});

describe.each(["Query", "Action"])("damage done to globals in a run is gone in the next: %s", (kind) => {
  const run = (name: string, what: string): Promise<unknown> =>
    kind === "Query"
      ? backend.query(`state:${name}In${kind}`, { name: what })
      : backend.action(`state:${name}In${kind}`, { name: what });

  test.each(["convex", "member", "replaced", "random", "prototype", "getter"])("%s", async (what) => {
    for (let times = 0; times < 2; times += 1) {
      await run("damage", what);
      expect(await run("state", `${what} ${times}`)).toEqual(["function", true, true, false, "object"]);
    }
  });
});

describe("a push", () => {
  const analyze = (source: string): Promise<Record<string, AnalyzedModule>> =>
    createAnalyzer().modules([{ path: "broken.js", source, environment: "isolate" }], {});
  const failed = (cause: string) =>
    "Hit an error while pushing:\nLoading the pushed modules encountered the following error:\n" +
    `Failed to analyze broken.js: ${cause}`;

  test("refuses await at the top level", async () => {
    await expect(analyze("async function test() {}; await test();")).rejects.toThrow(
      failed("Top-level awaits in source files are unsupported"),
    );
  });

  test("refuses modules that use the database while they are imported", async () => {
    for (const call of ["syscall", "asyncSyscall"]) {
      await expect(analyze(`Convex.${call}("1.0/insert", "{}")`)).rejects.toThrow(
        failed(`Uncaught Error: ${IMPORT_REFUSAL}`),
      );
    }
  });

  test("refuses what does not parse", async () => {
    await expect(analyze("const = 1")).rejects.toThrow(
      /^Hit an error while pushing:\n.*\nFailed to analyze broken\.js:/s,
    );
  });
});

test("a module that uses the database when it is imported for a function fails it", async () => {
  backend.setEnv("USE_DATABASE", "yes");
  expect(await refusal(backend.query("late:asQuery"))).toMatch(`Uncaught Error: ${IMPORT_REFUSAL}`);
  expect(await refusal(backend.action("late:asAction"))).toMatch(`Uncaught Error: ${IMPORT_REFUSAL}`);
});
