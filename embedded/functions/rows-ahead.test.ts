import { afterAll, beforeAll, expect, test } from "vitest";
import { TestBackend } from "./testing.ts";

// A query with a small limit gives all its rows at once; the function notices nothing of it.

const APP = {
  "m.ts": `
import { mutationGeneric as mutation, queryGeneric as query } from "convex/server";
const all = (ctx) => ctx.db.query("t");
export const fill = mutation({ handler: async (ctx) => {
  for (let n = 0; n < 100; n++) await ctx.db.insert("t", { n, text: "a line\\nand \\u0001 another" });
} });
export const some = query({ handler: async (ctx, { rows }) => (await all(ctx).take(rows)).map((row) => row.n) });
export const texts = query({ handler: async (ctx) => (await all(ctx).take(2)).map((row) => row.text) });
export const firsts = query({ handler: async (ctx) => {
  const none = await all(ctx).filter((q) => q.eq(q.field("n"), -1)).first();
  const one = await all(ctx).filter((q) => q.eq(q.field("n"), 7)).unique();
  const pair = await Promise.all([all(ctx).take(3), all(ctx).order("desc").first()]);
  return [none, one.n, pair[0].map((row) => row.n), pair[1].n];
} });
export const several = query({ handler: async (ctx) => (await all(ctx).unique()).n });
export const early = query({ handler: async (ctx) => (await all(ctx).limit(5).next()).value.n });
export const own = mutation({ handler: async (ctx) => {
  const seen = [];
  for (let i = 0; i < 3; i++) {
    seen.push((await all(ctx).filter((q) => q.gte(q.field("n"), 100)).take(10)).length);
    await ctx.db.insert("t", { n: 100 + i, text: "" });
  }
  return seen;
} });
`,
};

let backend: TestBackend;
beforeAll(async () => {
  backend = await TestBackend.start(APP);
  await backend.mutation("m:fill");
});
afterAll(() => backend.close());

test.each([0, 1, 2, 63, 64, 65, 100])("take(%i)", async (rows) => {
  expect(await backend.query("m:some", { rows })).toEqual(Array.from({ length: rows }, (_, n) => n));
});

test("texts with line ends", async () => {
  expect(await backend.query("m:texts")).toEqual(Array(2).fill("a line\nand \u0001 another"));
});

test("first and unique, one after the other and at once", async () => {
  expect(await backend.query("m:firsts")).toEqual([null, 7, [0, 1, 2], 99]);
  await expect(backend.query("m:several")).rejects.toThrow("unique() query returned more than one result");
});

test("what a function did not ask for is not the next one's", async () => {
  expect(await backend.query("m:early")).toBe(0);
  expect(await backend.query("m:some", { rows: 2 })).toEqual([0, 1]);
});

test("a mutation sees what it wrote in between", async () => {
  expect(await backend.mutation("m:own")).toEqual([0, 1, 2]);
});
