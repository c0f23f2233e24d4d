import { afterAll, beforeAll, expect, test } from "vitest";
import { TestBackend } from "./testing.ts";

const APP = {
  "m.ts": `
import { queryGeneric as query } from "convex/server";
export const collected = query({ handler: async (ctx, { order }) => (await ctx.db.query("t").order(order).collect()).length });
export const paginated = query({ handler: async (ctx, { order }) => (await ctx.db.query("t").order(order).paginate({ cursor: null, numItems: 1 })).isDone });
`,
};

let backend: TestBackend;
beforeAll(async () => {
  backend = await TestBackend.start(APP);
});
afterAll(() => backend.close());

test.each(["asc", "desc"])("a query may go %s", async (order) => {
  expect(await backend.query("m:collected", { order })).toBe(0);
  expect(await backend.query("m:paginated", { order })).toBe(true);
});

test.each([
  ["m:collected", "queryStream"],
  ["m:paginated", "queryPage"],
])("any other order is refused: %s", async (path, call) => {
  await expect(backend.query(path, { order: "up" })).rejects.toThrow(
    `Uncaught Error: Invalid argument \`query\` for \`${call}\`: expected "asc" or "desc"`,
  );
});
