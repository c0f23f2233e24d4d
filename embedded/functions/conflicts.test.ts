import { afterEach, describe, expect, test } from "vitest";
import { TestBackend, commit } from "./testing.ts";

const APP = {
  "c.ts": `
import { mutationGeneric as mutation, queryGeneric as query } from "convex/server";
import { v } from "convex/values";
async function settle() { for (let n = 0; n < 20; n += 1) await crypto.subtle.digest("SHA-256", new Uint8Array(50_000)); }
export const increment = mutation({ args: { slow: v.boolean() }, handler: async (ctx, { slow }) => {
  console.log("try");
  const row = await ctx.db.query("counter").first();
  if (slow) await settle();
  if (row === null) await ctx.db.insert("counter", { n: 1 });
  else await ctx.db.patch(row._id, { n: row.n + 1 });
} });
export const readOnly = mutation({ args: {}, handler: async (ctx) => { const row = await ctx.db.query("counter").first(); await settle(); return row?.n ?? 0; } });
export const read = query({ args: {}, handler: async (ctx) => (await ctx.db.query("counter").first())?.n ?? 0 });
export const unawaited = mutation({ args: {}, handler: async (ctx) => { await ctx.db.insert("counter", { n: 7 }); void ctx.db.insert("bad table", {}); } });
`,
};

describe("conflicts", () => {
  let backend: TestBackend;
  afterEach(() => backend.close());

  test("concurrent slow mutations all take effect", async () => {
    backend = await TestBackend.start(APP);
    const runs = Array.from({ length: 5 }, (_, n) =>
      backend.runner.mutation(backend.call("c:increment", { slow: n % 2 === 0 })),
    );
    for (const outcome of await Promise.all(runs)) {
      expect(outcome.ok).toBe(true);
      // Lines of runs that were thrown away are not shown.
      expect(outcome.logLines).toHaveLength(1);
    }
    expect(await backend.query("c:read")).toBe(5);
  });

  test("after four retries the documented error, as a refusal of the system", async () => {
    backend = await TestBackend.start(APP);
    await backend.mutation("c:increment", { slow: false });
    let isOver = false;
    let writes = 100;
    const run = backend.runner.mutation(backend.call("c:increment", { slow: true })).finally(() => (isOver = true));
    // Something else writes the same row in every turn.
    while (!isOver) {
      commit(backend.database, (tx) => {
        const row = tx
          .openQuery("", { source: { type: "FullTableScan", tableName: "counter", order: null }, operators: [] })
          .next();
        if (row !== null) tx.patch("", row.id, { n: (writes += 1) });
      });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await run).toMatchObject({
      ok: false,
      error: {
        code: "OptimisticConcurrencyControlFailure",
        message: expect.stringMatching(
          /^Documents read from or written to the "counter" table changed while this mutation was being run and on every subsequent retry\. A call to "test" changed the document with ID "\w+"\. See https:\/\/docs\.convex\.dev\/error#1\.$/,
        ),
      },
    });
    // Each try has an entry in the log; those that are made again say so.
    const entries = backend.logs.filter((entry) => entry.kind === "Completion" && entry.occInfo !== undefined);
    expect(entries).toEqual(
      [0, 1, 2, 3, 4].map((retryCount) =>
        expect.objectContaining({
          identifier: "c:increment",
          udfType: "Mutation",
          error: expect.stringMatching(/^Documents read from or written to the "counter" table changed/),
          occInfo: { tableName: "counter", documentId: expect.any(String), writeSource: "test", retryCount },
          willRetry: retryCount < 4 ? true : undefined,
        }),
      ),
    );
  });

  test("a mutation that wrote nothing never conflicts", async () => {
    backend = await TestBackend.start(APP);
    await backend.mutation("c:increment", { slow: false });
    const [reading] = await Promise.all([
      backend.runner.mutation(backend.call("c:readOnly")),
      backend.mutation("c:increment", { slow: false }),
    ]);
    expect(reading).toMatchObject({ ok: true, value: "1" });
  });

  test("a call that fails unawaited fails the mutation", async () => {
    backend = await TestBackend.start(APP);
    // The test runner's own listener would count the rejection as an error of the test.
    const listeners = process
      .listeners("unhandledRejection")
      .filter((listener) => listener.name !== "onUnhandledRejection");
    for (const listener of listeners) process.off("unhandledRejection", listener);
    try {
      await expect(backend.mutation("c:unawaited")).rejects.toThrow(/^Uncaught Error: Invalid table name/);
      expect(await backend.query("c:read")).toBe(0);
    } finally {
      for (const listener of listeners) process.on("unhandledRejection", listener);
    }
  });
});
