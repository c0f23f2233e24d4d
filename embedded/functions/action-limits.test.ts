import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { executionLimits } from "./execution-limits.ts";
import { TestBackend, TestFailure } from "./testing.ts";

const MIB = 1 << 20;

const TIMED_OUT = "Function execution timed out (maximum duration: 2.5s)";

const FUNCTIONS = {
  "limited.ts": `
import { actionGeneric as action, mutationGeneric as mutation, queryGeneric as query } from "convex/server";
export const wait = action({ handler: async (ctx, { ms }) => { await new Promise((resolve) => setTimeout(resolve, ms)); return ms; } });
export const loop = action({ handler: async () => { for (;;); } });
export const promises = action({ handler: async () => { for (;;) await null; } });
export const fill = action({ handler: async () => { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); } });
export const note = mutation({ handler: async (ctx, { n }) => { await ctx.db.insert("notes", { n }); } });
export const count = query({ handler: async (ctx) => (await ctx.db.query("notes").collect()).length });
export const many = action({ handler: async (ctx, { calls }) => {
  await Promise.all(Array.from({ length: calls }, (_, n) => ctx.runMutation("limited:note", { n })));
} });
`,
  "limitedNode.ts": `"use node";
import { actionGeneric as action } from "convex/server";
export const loop = action({ handler: async () => { for (;;); } });
export const fill = action({ handler: async () => { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); } });
export const quick = action({ handler: async () => 1 });
`,
  "http.ts": `
import { httpRouter, httpActionGeneric as httpAction } from "convex/server";
const http = httpRouter();
const stream = (bytes) => {
  let left = bytes;
  return new ReadableStream({ pull(controller) {
    if (left === 0) { controller.close(); return; }
    const size = Math.min(left, 1 << 20);
    left -= size;
    controller.enqueue(new Uint8Array(size));
  } });
};
http.route({ path: "/send", method: "GET", handler: httpAction(async (ctx, request) => new Response(stream(Number(new URL(request.url).searchParams.get("bytes"))))) });
http.route({ path: "/measure", method: "POST", handler: httpAction(async (ctx, request) => Response.json((await request.arrayBuffer()).byteLength)) });
http.route({ path: "/loop", method: "GET", handler: httpAction(async () => { for (;;); }) });
export default http;
`,
};

let backend: TestBackend;
beforeAll(async () => {
  backend = await TestBackend.start(FUNCTIONS, {
    limits: { ...executionLimits({}), isolateActionMs: 2500, nodeActionMs: 2500 },
  });
  // The workers are there.
  await backend.action("limited:wait", { ms: 0 });
  await backend.action("limitedNode:quick");
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

describe("time (convex-facts f.5)", () => {
  test.each(["limited:loop", "limited:promises", "limitedNode:loop"])(
    "%s is ended",
    async (path) => {
      const endless = refusal(backend.action(path));
      const inNode = "Action `loop` execution timed out (maximum duration 2.5s)";
      expect(await endless).toBe(path.startsWith("limitedNode") ? inNode : TIMED_OUT);
      expect(await backend.action("limited:wait", { ms: 1 })).toBe(1);
      expect(await backend.action("limitedNode:quick")).toBe(1);
    },
    20_000,
  );

  test("an action that waits too long is ended", async () => {
    expect(await refusal(backend.action("limited:wait", { ms: 60_000 }))).toBe(TIMED_OUT);
  });

  test("an HTTP action that never answers is a 500", async () => {
    const response = await backend.fetch("/loop");
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ trace: TIMED_OUT });
  });

  test("loops in every worker don't keep other actions from running", async () => {
    const loops = Array.from({ length: 4 }, () => refusal(backend.action("limited:loop")));
    await new Promise((resolve) => setTimeout(resolve, 2100));
    expect(await backend.action("limited:wait", { ms: 1 })).toBe(1);
    for (const message of await Promise.all(loops)) expect(message).toMatch(/timed out|Transient error/);
  });
});

describe("memory (convex-facts f.5)", () => {
  test("an action that fills it is ended, and others go on", async () => {
    const patient = await TestBackend.start(FUNCTIONS);
    try {
      expect(await refusal(patient.action("limited:fill"))).toBe(
        "JavaScript execution ran out of memory (maximum memory usage: 64 MB)",
      );
      expect(await refusal(patient.action("limitedNode:fill"))).toBe(
        "JavaScript execution ran out of memory (maximum memory usage: 512 MB)",
      );
      expect(await patient.action("limited:wait", { ms: 1 })).toBe(1);
      expect(await patient.action("limitedNode:quick")).toBe(1);
    } finally {
      await patient.close();
    }
  });
});

test("operations beyond eight at a time wait in line", async () => {
  await backend.action("limited:many", { calls: 100 });
  expect(await backend.query("limited:count")).toBe(100);
});

describe("HTTP actions (convex-facts f.5)", () => {
  test("answer with up to 20 MiB, after which the body is cut", async () => {
    const whole = await backend.fetch(`/send?bytes=${20 * MIB}`);
    expect((await whole.arrayBuffer()).byteLength).toBe(20 * MIB);
    const cut = await backend.fetch(`/send?bytes=${20 * MIB + 1}`);
    expect(cut.status).toBe(200);
    await expect(cut.arrayBuffer()).rejects.toThrow(
      "HttpResponseTooLarge: HTTP actions support responses up to 20 MiB",
    );
    expect(backend.logs.at(-1)).toMatchObject({
      identifier: "GET /send",
      error: "HttpResponseTooLarge: HTTP actions support responses up to 20 MiB",
    });
  });

  test("take 20 MiB", async () => {
    const response = await backend.fetch("/measure", { method: "POST", body: new Uint8Array(20 * MIB) });
    expect(await response.json()).toBe(20 * MIB);
  });
});
