import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { TestBackend, TestFailure } from "./testing.ts";

const TIMED_OUT = "Function execution timed out (maximum duration: 1s)";
const OUT_OF_MEMORY = "JavaScript execution ran out of memory (maximum memory usage: 64 MB)";

const MIB = 1 << 20;

const FUNCTIONS = `
import { mutationGeneric as mutation, queryGeneric as query, makeFunctionReference as ref } from "convex/server";
if (process.env.SPIN_AT_IMPORT) for (;;);
export const quick = query({ handler: async () => 1 });
export const loop = query({ handler: async () => { for (;;); } });
export const awaiting = query({ handler: async () => { for (;;) await null; } });
export const chained = query({ handler: () => { const next = () => { Promise.resolve().then(next); }; next(); } });
export const rejecting = query({ handler: async () => { const fail = async () => { throw 1; }; for (;;) try { await fail(); } catch {} } });
export const rejectingAtOnce = query({ handler: async () => { const fail = async () => { throw 1; }; for (;;) fail().catch(() => {}); } });
export const callingSynchronously = query({ handler: async (ctx) => { for (;;) ctx.db.normalizeId("t", "x"); } });
export const readingVariables = query({ handler: async () => { for (;;) process.env.X; } });
export const logging = query({ handler: async () => { for (;;) console.log("x"); } });
export const catching = query({ handler: async (ctx) => { for (;;) try { await ctx.db.get("x"); } catch {} } });
export const backtracking = query({ handler: async () => /^(a+)+$/.test("a".repeat(64) + "b") });
export const laterInside = query({ handler: async (ctx) => {
  await crypto.subtle.digest("SHA-256", new Uint8Array(50_000));
  await ctx.runQuery(ref("endless:loop"));
} });
export const waitsForNothing = query({ handler: async () => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); } });
export const adds = mutation({ handler: async (ctx) => { await ctx.db.insert("t", {}); for (;;); } });
export const rows = query({ handler: async (ctx) => (await ctx.db.query("t").collect()).length });

export const long = mutation({ handler: async (ctx, { name }) => {
  // Some hundred milliseconds of the engine's work.
  for (let i = 0; i < 40; i++) await ctx.db.query("filled").collect();
  await ctx.db.insert("order", { name });
} });
export const short = mutation({ handler: async (ctx, { name }) => { await ctx.db.insert("order", { name }); } });
export const pulled = query({ handler: async () => { await new ReadableStream({ pull() { for (;;); } }).getReader().read(); } });
export const transformed = query({ handler: async () => {
  const { readable, writable } = new TransformStream({ transform() { for (;;); } });
  void writable.getWriter().write(1);
  await readable.getReader().read();
} });
export const iterated = query({ handler: async () => { await new Response(ReadableStream.from((async function* () { await null; for (;;); })())).text(); } });
export const answered = query({ handler: async () => { await new Response((async function* () { await null; for (;;); })()).text(); } });
export const asked = query({ handler: async () => {
  const body = (async function* () { await null; for (;;); })();
  await new Request("https://a.test/", { method: "POST", body, duplex: "half" }).text();
} });
export const bodies = query({ handler: async () => {
  const bytes = async function* () { yield new TextEncoder().encode("part"); };
  const request = new Request("https://a.test/", { method: "POST", body: bytes(), duplex: "half" });
  return [await new Response(bytes()).text(), await request.text(), await new Response("text").text(), await new Request("https://a.test/").text(),
    new Request("https://b.test/", new Request("https://a.test/", { method: "DELETE" })).method];
} });
export const aborted = query({ handler: async () => { AbortSignal.timeout(1).addEventListener("abort", () => { for (;;); }); } });
export const streamed = query({ handler: async () => {
  const words = ReadableStream.from(["a", "b", "c"]).pipeThrough(new TransformStream({ transform: (word, out) => out.enqueue(word.toUpperCase()) }));
  let text = "";
  const sink = new WritableStream({ async write(word) { await null; text += word; } });
  await words.pipeTo(sink);
  return text;
} });
export const fill = mutation({ handler: async (ctx) => { for (let i = 0; i < 700; i++) await ctx.db.insert("filled", { i }); } });

export const text = query({ handler: async (ctx, { count }) => { let s = ""; for (let i = 0; i < count; i++) s += ("" + i)[0]; return s.length; } });
export const arrays = query({ handler: async (ctx) => { const all = []; for (;;) all.push(new Array(1000).fill(1)); } });
export const documents = query({ handler: async (ctx) => { const all = []; for (;;) { all.push(new Array(1000000).fill(all.length)); await ctx.db.get("x").catch(() => {}); } } });
export const buffers = query({ handler: async (ctx) => { const all = []; for (;;) { all.push(new Uint8Array(1e7).fill(1)); await ctx.db.get("x").catch(() => {}); } } });
export const garbage = query({ handler: async (ctx) => {
  for (let i = 0; i < 400; i++) { new Array(100000).fill(i); await ctx.db.query("none").first(); }
  return "collected";
} });
`;

let backend: TestBackend;
beforeAll(async () => {
  backend = await TestBackend.start({ "endless.ts": FUNCTIONS });
  await backend.mutation("endless:fill");
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

describe("what never ends is ended after a second, and the backend goes on", () => {
  test.each([
    "loop",
    "awaiting",
    "chained",
    "rejecting",
    "rejectingAtOnce",
    "callingSynchronously",
    "readingVariables",
    "logging",
    "catching",
    "backtracking",
    "laterInside",
  ])(
    "%s",
    async (name) => {
      const startedMs = performance.now();
      const endless = refusal(backend.query(`endless:${name}`));
      const quick = backend.query("endless:quick");
      expect(await endless).toBe(TIMED_OUT);
      expect(await quick).toBe(1);
      // 1 s, and what a busy machine makes of it.
      expect(performance.now() - startedMs).toBeLessThan(8000);
    },
    20_000,
  );

  test("a mutation's writes are undone", async () => {
    expect(await refusal(backend.mutation("endless:adds"))).toBe(TIMED_OUT);
    expect(await backend.query("endless:rows")).toBe(0);
  });

  test("a loop at import", async () => {
    backend.setEnv("SPIN_AT_IMPORT", "yes");
    expect(await refusal(backend.query("endless:quick"))).toBe(TIMED_OUT);
    backend.setEnv("SPIN_AT_IMPORT", "");
    expect(await backend.query("endless:quick")).toBe(1);
  });

  test.each(["pulled", "transformed", "iterated", "answered", "asked"])(
    "a loop in what a stream calls: %s",
    async (name) => {
      expect(await refusal(backend.query(`endless:${name}`))).toBe(TIMED_OUT);
      expect(await backend.query("endless:quick")).toBe(1);
    },
  );

  test("streams go on", async () => {
    expect(await backend.query("endless:streamed")).toBe("ABC");
    expect(await backend.query("endless:bodies")).toEqual(["part", "part", "text", "", "DELETE"]);
  });

  test("nothing runs at a later time", async () => {
    expect(await refusal(backend.query("endless:aborted"))).toMatch(/^Uncaught Error: Can't use setTimeout in queries/);
  });

  test("nobody can wait on shared memory", async () => {
    expect(await refusal(backend.query("endless:waitsForNothing"))).toMatch(
      /^Uncaught TypeError: Atomics\.wait cannot be called in this context/,
    );
  });
});

test("a long mutation lets queries run in between, but no other mutation", async () => {
  const ended: string[] = [];
  const note = (name: string) => () => void ended.push(name);
  await Promise.all([
    backend.mutation("endless:long", { name: "long" }).then(note("long")),
    backend.mutation("endless:short", { name: "short" }).then(note("short")),
    backend.query("endless:quick").then(note("quick")),
  ]);
  expect(ended).toEqual(["quick", "long", "short"]);
});

describe("a function that fills the memory", () => {
  // What earlier functions left behind must not be collected while one is measured.
  beforeEach(() => {
    setFlagsFromString("--expose-gc");
    (runInNewContext("gc") as () => void)();
  });

  test.each(["documents", "buffers"])(
    "%s is ended where it calls the backend",
    async (name) => {
      expect(await refusal(backend.query(`endless:${name}`))).toBe(OUT_OF_MEMORY);
    },
    20_000,
  );

  test("is ended by its time while it calls nobody", async () => {
    expect([TIMED_OUT, OUT_OF_MEMORY]).toContain(await refusal(backend.query("endless:arrays")));
    expect(process.memoryUsage().heapUsed).toBeLessThan(2048 * MIB);
  });

  test("is refused even when it has come to its end", async () => {
    expect([TIMED_OUT, OUT_OF_MEMORY]).toContain(await refusal(backend.query("endless:text", { count: 8_340_000 })));
  });

  test("may hold what Convex allows, and make any amount of garbage", async () => {
    expect(await backend.query("endless:text", { count: 1_000_000 })).toBe(1_000_000);
    expect(await backend.query("endless:garbage")).toBe("collected");
  });
});
