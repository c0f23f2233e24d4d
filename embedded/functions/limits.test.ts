import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Value } from "convex/values";
import { writeCrons } from "../scheduler/crons.ts";
import { commit, TestBackend } from "./testing.ts";

const MIB = 1 << 20;

const READ_ADVICE =
  "Consider using smaller limits in your queries, paginating your queries, or using indexed queries with a selective index range expressions.";

const FUNCTIONS = `
import { queryGeneric as query, mutationGeneric as mutation, internalMutationGeneric as internalMutation, actionGeneric as action, log } from "convex/server";

const text = (bytes) => "x".repeat(bytes);

export const insertMany = mutation({ handler: async (ctx, { table, count, bytes = 0 }) => {
  for (let i = 0; i < count; i++) await ctx.db.insert(table, bytes === 0 ? {} : { text: text(bytes) });
} });
export const readAll = query({ handler: async (ctx, { table, times = 1 }) => {
  for (let i = 0; i < times; i++) await ctx.db.query(table).collect();
} });
export const catches = query({ handler: async (ctx, { table, times }) => {
  try { for (let i = 0; i < times; i++) await ctx.db.query(table).collect(); } catch (error) { return error.message; }
} });
export const openMany = query({ handler: async (ctx, { count }) => {
  for (let i = 0; i < count; i++) await ctx.db.query("none").first();
} });
export const scheduleMany = mutation({ handler: async (ctx, { count, bytes = 0 }) => {
  for (let i = 0; i < count; i++) await ctx.scheduler.runAfter(0, "limits:target", { text: text(bytes) });
} });
export const target = internalMutation({ handler: async () => {} });
export const insertValue = mutation({ handler: async (ctx, { value }) => await ctx.db.insert("values", { value }) });
export const returns = query({ handler: async (ctx, { bytes }) => text(bytes) });
export const takes = query({ handler: async () => null });
export const spin = query({ handler: async () => { const end = performance.now(); for (let i = 0; ; i++) Math.sqrt(i); } });
export const logs = mutation({ handler: async () => {
  // One string is cut by the inspector long before.
  console.log(...Array.from({ length: 5 }, () => "y".repeat(9_000)));
  for (let i = 0; i < 300; i++) console.log(i);
} });
export const manyOperators = query({ handler: async (ctx, { count }) => {
  let q = ctx.db.query("none");
  for (let i = 0; i < count; i++) q = q.filter((f) => f.eq(f.field("a"), i));
  return await q.collect();
} });
export const audits = mutation({ handler: async (ctx, { bytes, count = 1 }) => { for (let i = 0; i < count; i++) await log.audit({ text: text(bytes), ip: log.vars.ip }); } });
export const auditsInQuery = query({ handler: async () => { await log.audit({ a: [1, { b: log.vars.now }] }); } });
export const auditsInAction = action({ handler: async () => { await log.audit({}); } });
export const auditsUnknown = mutation({ handler: async () => await globalThis.Convex.asyncSyscall("1.0/auditLog", JSON.stringify({ body: { x: { $var: "y" } } })) });
export const metricsAfterError = query({ handler: async (ctx) => {
  try { for (;;) await ctx.db.query("large").collect(); } catch {}
  return (await ctx.meta.getTransactionMetrics()).bytesRead;
} });
export const compute = query({ handler: async (ctx, { rounds }) => { let x = 0; for (let i = 0; i < rounds; i++) x += Math.sin(i); return typeof x; } });
export const takesInAction = action({ handler: async () => null });
export const returnsInAction = action({ handler: async (ctx, { bytes }) => text(bytes) });
`;

const NODE_FUNCTIONS = `"use node";
import { actionGeneric as action } from "convex/server";
export const takes = action({ handler: async () => null });
`;

const nested = (levels: number): Value => (levels === 0 ? null : [nested(levels - 1)]);

let backend: TestBackend;

beforeAll(async () => {
  backend = await TestBackend.start({ "limits.ts": FUNCTIONS, "nodeLimits.ts": NODE_FUNCTIONS });
  await backend.mutation("limits:insertMany", { table: "large", count: 15, bytes: 900 * 1024 });
  await backend.mutation("limits:insertMany", { table: "many", count: 11_000 });
});

afterAll(() => backend.close());

async function refusal(run: Promise<unknown>): Promise<string> {
  const error: unknown = await run.then(
    () => new Error("It was not refused"),
    (thrown: unknown) => thrown,
  );
  return error instanceof Error ? error.message : String(error);
}

/** How many rounds of `compute` take about so many milliseconds on this machine. */
async function roundsFor(ms: number): Promise<number> {
  const sample = 2_000_000;
  const startedMs = performance.now();
  await backend.query("limits:compute", { rounds: sample });
  return Math.round((sample * ms) / (performance.now() - startedMs));
}

async function warningsOf(
  kind: "query" | "mutation" | "action",
  path: string,
  args: Record<string, Value>,
): Promise<string[]> {
  const outcome = await backend.runner[kind](backend.call(path, args));
  return outcome.logLines.filter(({ level }) => level === "WARN").map(({ messages }) => messages.join(" "));
}

describe("a transaction (convex-facts f.1)", () => {
  test("32,000 documents read", async () => {
    expect(await refusal(backend.query("limits:readAll", { table: "many", times: 3 }))).toContain(
      `Uncaught Error: Too many documents read in a single function execution (limit: 32000). ${READ_ADVICE}`,
    );
  });

  test("16 MiB read", async () => {
    expect(await refusal(backend.query("limits:readAll", { table: "large", times: 2 }))).toContain(
      `Uncaught Error: Too many bytes read in a single function execution (limit: 16777216 bytes). ${READ_ADVICE}`,
    );
  });

  test("4,096 ranges", async () => {
    expect(await backend.query("limits:openMany", { count: 4096 })).toBeNull();
    expect(await refusal(backend.query("limits:openMany", { count: 4097 }))).toContain(
      `Uncaught Error: Too many reads in a single function execution (limit: 4096). ${READ_ADVICE}`,
    );
  });

  test("16,000 documents written", async () => {
    expect(await refusal(backend.mutation("limits:insertMany", { table: "t", count: 16_001 }))).toContain(
      "Uncaught Error: Too many writes in a single function execution (limit: 16000)",
    );
  });

  test("16 MiB written", async () => {
    expect(await refusal(backend.mutation("limits:insertMany", { table: "t", count: 17, bytes: MIB - 200 }))).toContain(
      "Uncaught Error: Too many bytes written in a single function execution (limit: 16 MiB)",
    );
  });

  test("1,000 functions scheduled", async () => {
    expect(await refusal(backend.mutation("limits:scheduleMany", { count: 1001 }))).toContain(
      "Uncaught Error: Too many functions scheduled by this mutation (limit: 1000)",
    );
  });

  test("16 MiB of scheduled arguments", async () => {
    expect(await refusal(backend.mutation("limits:scheduleMany", { count: 5, bytes: 4 * MIB - 100 }))).toContain(
      "Uncaught Error: Too large total size of the arguments of scheduled functions from this mutation (limit: 16777216 bytes)",
    );
  });

  test("a limit may be caught, and the function goes on", async () => {
    expect(await backend.query("limits:catches", { table: "large", times: 2 })).toContain("Too many bytes read");
  });

  test("metrics go below zero after a limit that was caught", async () => {
    const { used, remaining } = (await backend.query("limits:metricsAfterError")) as Record<string, number>;
    expect(used).toBeGreaterThan(16 * MIB);
    expect(remaining).toBe(16 * MIB - (used ?? 0));
  });

  test("1 s of JavaScript", async () => {
    expect(await refusal(backend.query("limits:spin"))).toContain(
      "Function execution timed out (maximum duration: 1s)",
    );
  });

  test("256 operators", async () => {
    expect(await backend.query("limits:manyOperators", { count: 256 })).toEqual([]);
    // The client library has the same limit and speaks first.
    expect(await refusal(backend.query("limits:manyOperators", { count: 257 }))).toMatch(/257|256/);
  });
});

describe("warnings above 80 % of a limit", () => {
  test("documents read", async () => {
    expect(await warningsOf("query", "limits:readAll", { table: "many", times: 2 })).toEqual([]);
    await backend.mutation("limits:insertMany", { table: "many", count: 2_000 });
    expect(await warningsOf("query", "limits:readAll", { table: "many", times: 2 })).toEqual([
      `Many documents read in a single function execution (actual: 26000, limit: 32000). ${READ_ADVICE}`,
    ]);
  });

  test("bytes written, and large documents", async () => {
    const warnings = await warningsOf("mutation", "limits:insertMany", { table: "t", count: 14, bytes: MIB - 200 });
    expect(warnings[0]).toMatch(
      /^Many bytes written in a single function execution \(actual: \d+ bytes, limit: 16777216 bytes\)\.$/,
    );
    expect(warnings[1]).toMatch(
      /^Large document written with ID [0-9a-z]{32} \(actual: \d+ bytes, limit: 1048576 bytes\)\.$/,
    );
    expect(warnings).toHaveLength(15);
  });

  test("functions scheduled", async () => {
    expect(await warningsOf("mutation", "limits:scheduleMany", { count: 900 })).toEqual([
      "Many functions scheduled by this mutation (actual: 900, limit: 1000).",
    ]);
  });

  test("deep documents", async () => {
    expect(await warningsOf("mutation", "limits:insertValue", { value: nested(11) })).toEqual([]);
    expect(await warningsOf("mutation", "limits:insertValue", { value: nested(12) })).toEqual([
      expect.stringMatching(
        /^Deeply nested document written with ID [0-9a-z]{32} \(actual: 13 levels, limit: 16 levels\)\.$/,
      ),
    ]);
  });

  test("the arguments", async () => {
    const data = new ArrayBuffer(14 * MIB);
    // The array, the object and its field add 11 bytes, the value 2.
    const sizes = `(actual: ${14 * MIB + 11} bytes, limit: 16777216 bytes).`;
    expect(await warningsOf("query", "limits:takes", { data })).toEqual([
      `Large size of the function arguments ${sizes}`,
    ]);
    expect(await warningsOf("action", "limits:takesInAction", { data })).toEqual([
      `Large size of the action arguments ${sizes}`,
    ]);
  });

  test("the time", async () => {
    const rounds = await roundsFor(900);
    const warnings = await warningsOf("query", "limits:compute", { rounds });
    // A machine that changes its pace may end it instead.
    for (const warning of warnings) {
      expect(warning).toMatch(
        /^Function execution took a long time \(maximum duration: 1s, actual duration: \d+\.\dms\)\.$/,
      );
    }
  });

  test("the return value", async () => {
    expect(await warningsOf("query", "limits:returns", { bytes: 14 * MIB })).toEqual([
      expect.stringMatching(/^Large size of the function return value \(actual: \d+ bytes, limit: 16777216 bytes\)\.$/),
    ]);
    expect(await warningsOf("action", "limits:returnsInAction", { bytes: 14 * MIB })).toEqual([
      expect.stringMatching(/^Large size of the action return value \(actual: \d+ bytes, limit: 16777216 bytes\)\.$/),
    ]);
  });
});

describe("values (convex-facts f.2)", () => {
  test("16 MiB of arguments", async () => {
    const text = "x".repeat(16 * MIB);
    expect(await refusal(backend.query("limits:takes", { text }))).toBe(
      "Arguments for limits.js:takes are too large (actual: 16.00 MiB, limit: 16 MiB)",
    );
  });

  test("16 MiB returned", async () => {
    expect(await refusal(backend.query("limits:returns", { bytes: 16 * MIB }))).toBe(
      "Function limits.js:returns return value is too large (actual: 16.00 MiB, limit: 16 MiB)",
    );
  });

  test("1 MiB a document", async () => {
    expect(await refusal(backend.mutation("limits:insertValue", { value: "x".repeat(MIB) }))).toContain(
      "Value is too large (1.00 MiB > maximum size 1 MiB)",
    );
  });

  test("16 levels in a document, 64 in any value", async () => {
    expect(await backend.mutation("limits:insertValue", { value: nested(15) })).toEqual(expect.any(String));
    expect(await refusal(backend.mutation("limits:insertValue", { value: nested(16) }))).toContain(
      "Document is too nested (nested 17 levels deep > maximum nesting 16)",
    );
    expect(await refusal(backend.query("limits:takes", { value: nested(64) }))).toContain(
      "Value is too nested (nested 65 levels deep > maximum nesting 64)",
    );
  });

  test("1,024 fields and 8,192 elements", async () => {
    const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, null]));
    expect(await backend.query("limits:takes", { value: fields(1024) })).toBeNull();
    expect(await refusal(backend.query("limits:takes", { value: fields(1025) }))).toContain(
      "Object has too many fields (1025 > maximum number 1024)",
    );
    const list = (length: number) => Array.from({ length }, () => null);
    expect(await backend.query("limits:takes", { value: list(8192) })).toBeNull();
    expect(await refusal(backend.query("limits:takes", { value: list(8193) }))).toContain(
      "Array length is too long (8193 > maximum length 8192)",
    );
  });

  test("1 MiB of a cron's arguments", () => {
    const spec = { udfPath: "limits:target", udfArgs: [{ text: "x".repeat(MIB) }], cronSchedule: { type: "hourly" } };
    const modules = { "crons.js": { functions: [], cronSpecs: [{ identifier: "c", spec }] } };
    const write = () =>
      commit(backend.database, (tx) =>
        writeCrons(tx, "", { functions: modules } as unknown as Parameters<typeof writeCrons>[2]),
      );
    expect(write).toThrow("Cron job args too large (1.00 MiB > maximum size 1 MiB)");
  });
});

describe("functions (convex-facts f.5)", () => {
  test("5 MiB of arguments for a Node action", async () => {
    expect(await refusal(backend.action("nodeLimits:takes", { text: "x".repeat(5 * MIB) }))).toContain(
      "Node actions arguments size is too large. The maximum size is 5 MiB. Reduce the size of the arguments or consider using Convex runtime actions instead, which have a 16 MiB limit. See https://docs.convex.dev/functions/runtimes",
    );
  });

  test("256 log lines of 32,768 bytes", async () => {
    const { logLines } = await backend.runner.mutation(backend.call("limits:logs"));
    expect(logLines).toHaveLength(256);
    expect(Buffer.byteLength(logLines[0]?.messages[0] ?? "")).toBe(32_768);
    expect(logLines[0]?.messages[0]).toMatch(/y \(truncated due to length\)$/);
    expect(logLines.at(-1)).toMatchObject({
      level: "ERROR",
      messages: ["Log overflow (maximum 256). Remaining log lines omitted."],
    });
  });

  test("500 audit lines of 100 KB, 4 MB in all; none in actions", async () => {
    expect(await backend.mutation("limits:audits", { bytes: 90_000 })).toBeNull();
    expect(await backend.query("limits:auditsInQuery")).toBeNull();
    expect(await refusal(backend.mutation("limits:audits", { bytes: 100_000 }))).toMatch(
      /^Uncaught Error: An audit log line may have a maximum possible size of 100000 bytes, but this line could be up to 1010\d\d bytes\.\n/,
    );
    expect(await backend.mutation("limits:audits", { bytes: 1, count: 500 })).toBeNull();
    expect(await refusal(backend.mutation("limits:audits", { bytes: 1, count: 501 }))).toContain(
      "Uncaught Error: Function execution exceeded the maximum of 500 audit log lines.",
    );
    expect(await refusal(backend.mutation("limits:audits", { bytes: 90_000, count: 50 }))).toMatch(
      /The total maximum possible size of audit log lines from a single function execution is 4000000 bytes, but this execution could produce up to \d+ bytes\./,
    );
    expect(await refusal(backend.mutation("limits:auditsUnknown"))).toContain('Unknown audit log variable: "y"');
    expect(await refusal(backend.action("limits:auditsInAction"))).toContain(
      "Audit logging is not yet supported in actions",
    );
  });
});
