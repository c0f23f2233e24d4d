import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestBackend } from "../testing.ts";

const APP = {
  "m.ts": `
import { actionGeneric as action, mutationGeneric as mutation, queryGeneric as query } from "convex/server";
async function refuse() { throw new Error("not yours"); }
export const write = mutation({ handler: async (ctx) => { await ctx.db.insert("rows", {}); void refuse(); return 1; } });
export const nested = mutation({ handler: async (ctx) => { try { await ctx.runMutation("m:write"); } catch { return "caught"; } return "went through"; } });
export const read = query({ handler: async () => { void refuse(); return 1; } });
export const act = action({ handler: async () => { void refuse(); return 1; } });
export const late = query({ handler: async () => { const failing = refuse(); await null; try { await failing; } catch (error) { return error.message; } } });
export const count = query({ handler: async (ctx) => (await ctx.db.query("rows").collect()).length });
`,
};

describe("a promise that is rejected and nobody looks at", () => {
  let backend: TestBackend;
  // The test runner's own listener would count the rejections as errors of the test.
  const others = process.listeners("unhandledRejection");

  beforeAll(async () => {
    for (const listener of others) process.off("unhandledRejection", listener);
    backend = await TestBackend.start(APP);
  });
  afterAll(async () => {
    await backend.close();
    for (const listener of others) process.on("unhandledRejection", listener);
  });

  test("fails the function it belongs to, of whatever kind", async () => {
    for (const run of [backend.mutation("m:write"), backend.query("m:read"), backend.action("m:act")]) {
      await expect(run).rejects.toThrow(/^Uncaught Error: not yours/);
    }
    expect(await backend.query("m:count")).toBe(0);
  });

  test("fails a nested call, which its caller can catch", async () => {
    expect(await backend.mutation("m:nested")).toBe("caught");
    expect(await backend.query("m:count")).toBe(0);
  });

  test("is no failure once something has looked at it", async () => {
    expect(await backend.query("m:late")).toBe("not yours");
  });

  test("is not another run's", async () => {
    const runs = Array.from({ length: 20 }, (_, n) => backend.query(n % 2 === 0 ? "m:read" : "m:count"));
    const ended = await Promise.allSettled(runs);
    expect(ended.map(({ status }) => status)).toEqual(runs.map((_, n) => (n % 2 === 0 ? "rejected" : "fulfilled")));
  });
});
