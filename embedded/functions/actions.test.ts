import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestBackend, TestFailure } from "./testing.ts";

const APP = {
  "jobs.ts": `
import { actionGeneric as action, internalActionGeneric as internalAction, mutationGeneric as mutation, queryGeneric as query } from "convex/server";
import { ConvexError, v } from "convex/values";
export const add = mutation({ args: { n: v.number() }, handler: async (ctx, { n }) => { await ctx.db.insert("numbers", { n }); return n; } });
export const sum = query({ args: {}, handler: async (ctx) => (await ctx.db.query("numbers").collect()).reduce((s, d) => s + d.n, 0) });
export const refuse = mutation({ args: {}, handler: async () => { throw new ConvexError("refused"); } });
export const work = action({ args: { n: v.number() }, returns: v.number(), handler: async (ctx, { n }) => {
  console.log("working on", n);
  await new Promise((resolve) => setTimeout(resolve, 1));
  await ctx.runMutation("jobs:add", { n });
  return await ctx.runQuery("jobs:sum");
} });
export const nested = action({ args: {}, handler: async (ctx) => await ctx.runAction("jobs:work", { n: 0 }) });
export const passError = action({ args: {}, handler: async (ctx) => { await ctx.runMutation("jobs:refuse"); } });
export const boom = action({ args: {}, handler: async () => { throw new Error("boom"); } });
export const later = action({ args: {}, handler: async () => { setTimeout(() => { throw new Error("too late"); }, 1); await new Promise((r) => setTimeout(r, 50)); } });
export const files = action({ args: {}, handler: async (ctx) => {
  const id = await ctx.storage.store(new Blob(["hello"], { type: "text/plain" }));
  const blob = await ctx.storage.get(id);
  const url = await ctx.storage.getUrl(id);
  const metadata = await ctx.storage.getMetadata(id);
  await ctx.storage.delete(id);
  return { text: await blob.text(), type: blob.type, url, size: metadata.size, gone: await ctx.storage.get(id) };
} });
export const surroundings = action({ args: {}, handler: async () => [typeof process.env.PATH, typeof Buffer, process.env.GREETING ?? null, navigator.userAgent] });
export const dangling = action({ args: {}, handler: async (ctx) => { void ctx.runQuery("jobs:sum"); return 1; } });
export const spin = internalAction({ args: {}, handler: async () => { const end = performance.now() + 300; while (performance.now() < end); return 1; } });
export const wait = action({ args: {}, handler: async () => { await new Promise((r) => setTimeout(r, 60000)); } });
`,
  "node.ts": `"use node";
import { actionGeneric as action } from "convex/server";
import { createHash } from "node:crypto";
export const hash = action({ args: {}, handler: async () => [createHash("sha256").update("abc").digest("hex").slice(0, 8), process.env.PATH ?? null, typeof Buffer, process.env.GREETING ?? null] });
export const exit = action({ args: {}, handler: async () => { process.exit(3); } });
`,
  "http.ts": `
import { httpRouter, httpActionGeneric as httpAction } from "convex/server";
const http = httpRouter();
http.route({ path: "/echo", method: "POST", handler: httpAction(async (ctx, request) => {
  const sum = await ctx.runQuery("jobs:sum");
  return new Response(JSON.stringify({ url: request.url, body: await request.text(), header: request.headers.get("x-test"), sum }), { status: 201, headers: { "content-type": "application/json" } });
}) });
http.route({ pathPrefix: "/stream/", method: "GET", handler: httpAction(async () => {
  let n = 0;
  return new Response(new ReadableStream({ async pull(controller) {
    await new Promise((r) => setTimeout(r, 1));
    if (n === 3) controller.close(); else controller.enqueue(new TextEncoder().encode("chunk" + n++ + " "));
  } }));
}) });
http.route({ path: "/fail", method: "GET", handler: httpAction(async () => { throw new Error("broken"); }) });
http.route({ path: "/empty", method: "GET", handler: httpAction(async () => new Response(null, { status: 204 })) });
export default http;
`,
};

describe("actions", () => {
  let backend: TestBackend;
  beforeAll(async () => {
    backend = await TestBackend.start(APP);
  });
  afterAll(() => backend.close());

  const failure = async (run: Promise<unknown>): Promise<TestFailure> => {
    const error = await run.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (error instanceof TestFailure) return error;
    throw error ?? new Error("Expected a failure");
  };

  test("an action calls mutations and queries and logs live", async () => {
    expect(await backend.action("jobs:work", { n: 4 })).toBe(4);
    const lines = backend.logs.filter((entry) => entry.kind === "Progress").flatMap((entry) => entry.logLines);
    expect(lines.map((line) => line.messages)).toEqual([["'working on'", "4"]]);
    expect(await backend.action("jobs:nested")).toBe(4);
  });

  test("errors of callees and its own come out mapped", async () => {
    const passed = await failure(backend.action("jobs:passError"));
    expect(JSON.parse(passed.error.data ?? "")).toBe("refused");
    expect(passed.message).toMatch(/^Uncaught ConvexError: Uncaught ConvexError: refused\n/);
    const own = await failure(backend.action("jobs:boom"));
    expect(own.message).toMatch(/^Uncaught Error: boom\n {4}at handler \(\.\.\/convex\/jobs\.ts:\d+:\d+\)\n$/);
    expect((await failure(backend.action("jobs:later"))).message).toMatch(/^uncaughtException: too late/);
  });

  test("files are stored, read and deleted", async () => {
    expect(await backend.action("jobs:files")).toEqual({
      text: "hello",
      type: "text/plain",
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:3210\/api\/storage\/[0-9a-f-]{36}$/),
      size: 5,
      gone: null,
    });
  });

  test("an action sees the deployment's environment and not the host's", async () => {
    expect(await backend.action("jobs:surroundings")).toEqual(["undefined", "undefined", null, "Convex"]);
    expect(await backend.action("node:hash")).toEqual(["ba7816bf", null, "function", null]);
    backend.setEnv("GREETING", "hello");
    expect(await backend.action("jobs:surroundings")).toEqual(["undefined", "undefined", "hello", "Convex"]);
    expect(await backend.action("node:hash")).toEqual(["ba7816bf", null, "function", "hello"]);
  });

  test("what was not awaited is warned about", async () => {
    const outcome = await backend.runner.action(backend.call("jobs:dangling"));
    expect(outcome.logLines.map((line) => line.messages[0])).toEqual([
      expect.stringMatching(/^1 unawaited operation: \[runQuery\]/),
    ]);
  });

  test("a worker that exits fails its action only", async () => {
    expect((await failure(backend.action("node:exit"))).message).toMatch(/^Transient error while executing action/);
    expect(await backend.action("node:hash")).toContain("ba7816bf");
  });

  test("a busy action leaves queries alone", async () => {
    const busy = backend.action("jobs:spin", {}, { identity: { kind: "system" } });
    const startedMs = performance.now();
    await backend.query("jobs:sum");
    expect(performance.now() - startedMs).toBeLessThan(250);
    expect(await busy).toBe(1);
  });

  test("an aborted action ends at once", async () => {
    const aborter = new AbortController();
    const running = backend.runner.action({ ...backend.call("jobs:wait"), signal: aborter.signal });
    setImmediate(() => aborter.abort());
    expect(await running).toMatchObject({ ok: false, error: { message: "The action was aborted" } });
  });

  test("HTTP actions answer", async () => {
    const response = await backend.fetch("/echo?a=1", { method: "POST", body: "data", headers: { "x-test": "yes" } });
    expect([response.status, response.headers.get("content-type")]).toEqual([201, "application/json"]);
    expect(await response.json()).toEqual({
      url: "http://127.0.0.1:3211/echo?a=1",
      body: "data",
      header: "yes",
      sum: 4,
    });
    expect(await (await backend.fetch("/stream/x")).text()).toBe("chunk0 chunk1 chunk2 ");
    expect((await backend.fetch("/empty")).status).toBe(204);
    const missing = await backend.fetch("/nowhere");
    expect([missing.status, await missing.text()]).toEqual([404, "No matching routes found"]);
    const broken = await backend.fetch("/fail");
    expect(broken.status).toBe(500);
    expect(await broken.json()).toMatchObject({
      code: "[Request ID: 0123456789abcdef] Server Error: Uncaught Error: broken",
      trace: expect.stringMatching(/^Uncaught Error: broken\n/),
    });
  });
});
