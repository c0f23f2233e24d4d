import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { executionLimits } from "./execution-limits.ts";
import { TestBackend, TestFailure } from "./testing.ts";

const APP = {
  "node.ts": `"use node";
import { actionGeneric as action } from "convex/server";
import { EventEmitter } from "node:events";
function outer() { return inner(); }
const inner = () => new Error("where").stack;
export const stack = action({ args: {}, handler: async () => outer() });
export const emitted = action({ args: {}, handler: () => new Promise((resolve) => {
  const emitter = new EventEmitter();
  emitter.once("go", () => resolve(new Error().stack));
  emitter.emit("go");
}) });
export const deep = action({ args: {}, handler: async () => { const down = (n) => (n === 0 ? new Error().stack : down(n - 1)); return down(30); } });
export const logged = action({ args: {}, handler: async () => { console.log(new Error("seen")); } });
export const timers = action({ args: {}, handler: async () => { console.time("t"); console.time("t"); console.timeLog("t", "more"); } });
export const boom = action({ args: {}, handler: async () => { throw new Error("boom"); } });
export const endless = action({ args: {}, handler: async () => { await new Promise((r) => setTimeout(r, 1)); await new Promise(() => {}); } });
export const slow = action({ args: {}, handler: async () => { await new Promise((r) => setTimeout(r, 60_000)); } });
export const lateTimer = action({ args: {}, handler: async () => { await new Promise((r) => setTimeout(r, 1).unref()); return "settled"; } });
`,
  "plain.ts": `
import { actionGeneric as action, mutationGeneric as mutation } from "convex/server";
export const endless = action({ args: {}, handler: async () => { await new Promise(() => {}); } });
export const blob = action({ args: {}, handler: async () => {
  const body = new Response(new Blob(["a"]).stream().pipeThrough(new CompressionStream("gzip")).pipeThrough(new DecompressionStream("gzip")));
  return [await body.text(), (await crypto.subtle.digest("SHA-256", new Uint8Array(1))).byteLength];
} });
export const slow = action({ args: {}, handler: async () => { await new Promise((r) => setTimeout(r, 60_000)); } });
export const noFile = action({ args: {}, handler: async (ctx) => { await ctx.storage.getMetadata("nonsense"); } });
export const deleteNoFile = mutation({ args: {}, handler: async (ctx) => { await ctx.storage.delete("nonsense"); } });
export const conflict = mutation({ args: {}, handler: async () => { try { Convex.syscall("throwOcc", "{}"); } catch {} } });
export const overloaded = mutation({ args: {}, handler: async () => { Convex.syscall("throwOverloaded", "{}"); } });
`,
};

const LIMITS = executionLimits({ ACTIONS_USER_TIMEOUT_SECS: "1" });

describe("actions of the Node runtime", () => {
  let backend: TestBackend;
  beforeAll(async () => {
    backend = await TestBackend.start(APP, { limits: { ...LIMITS, stuckActionMs: 50 } });
  });
  afterAll(() => backend.close());

  const failureOf = async (run: Promise<unknown>): Promise<string> => {
    const error = await run.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    return error instanceof TestFailure ? error.message : `no failure: ${String(error)}`;
  };
  const stackOf = async (path: string) => ((await backend.action(path)) as string).split("\n");

  test("a stack reads like Node's own, in the pushed modules' positions", async () => {
    const [head, first, second] = await stackOf("node:stack");
    expect(head).toBe("Error: where");
    expect(first).toMatch(/^ {4}at inner \(convex:\/user\/node\.js:\d+:\d+\)$/);
    expect(second).toMatch(/^ {4}at outer \(convex:\/user\/node\.js:\d+:\d+\)$/);
    const emitted = await stackOf("node:emitted");
    expect(emitted[1]).toMatch(/^ {4}at convex:\/user\/node\.js:\d+:\d+$/);
    expect(emitted[2]).toMatch(/^ {4}at onceWrapper \(node:events:\d+:\d+\)$/);
    expect(await stackOf("node:deep")).toHaveLength(1 + 10);
  });

  test("errors and logs show the author's files all the same", async () => {
    expect(await failureOf(backend.action("node:boom"))).toMatch(
      /^Uncaught Error: boom\n {4}at handler \(\.\.\/convex\/node\.ts:/,
    );
    const { logLines } = await backend.runner.action(backend.call("node:logged"));
    expect(logLines[0]?.messages[0]).toMatch(/^Error: seen\n {4}at handler \(\.\.\/convex\/node\.ts:\d+:\d+\)/);
  });

  test("the console quotes what its timers say", async () => {
    const { logLines } = await backend.runner.action(backend.call("node:timers"));
    expect(logLines.map(({ level, messages }) => [level, ...messages])).toEqual([
      ["WARN", `"Timer 't' already exists"`],
      ["INFO", expect.stringMatching(/^'t: \d+ms'$/), "'more'"],
    ]);
  });

  test("an action that waits for nothing ends", async () => {
    expect(await failureOf(backend.action("node:endless"))).toBe(
      "Action `endless` execution timed out (maximum duration 1s): it waits for a promise that nothing will resolve any more.",
    );
    expect(await failureOf(backend.action("plain:endless"))).toBe("Returned promise will never resolve");
    expect(await backend.action("node:lateTimer")).toBe("settled");
    expect(await backend.action("plain:blob")).toEqual(["a", 32]);
  });

  test("an action that takes too long says how long it might", async () => {
    const [node, plain] = await Promise.all([
      failureOf(backend.action("node:slow")),
      failureOf(backend.action("plain:slow")),
    ]);
    expect(node).toBe("Action `slow` execution timed out (maximum duration 1s)");
    expect(plain).toBe("Function execution timed out (maximum duration: 1s)");
  });

  test("an id that is no file's is refused by name", async () => {
    const text = 'Invalid storage ID: "nonsense"';
    expect(await failureOf(backend.action("plain:noFile"))).toContain(
      `Invalid argument \`storageId\` for \`storage.getMetadata\`: ${text}`,
    );
    expect(await failureOf(backend.mutation("plain:deleteNoFile"))).toContain(
      `Invalid argument \`storageId\` for \`storage.delete\`: ${text}`,
    );
  });

  test("a refusal on request is one by the system", async () => {
    const codeOf = async (path: string) => {
      const outcome = await backend.runner.mutation(backend.call(path));
      return outcome.ok ? null : outcome.error.code;
    };
    expect(await codeOf("plain:conflict")).toBe("OptimisticConcurrencyControlFailure");
    expect(await codeOf("plain:overloaded")).toBe("Busy");
  });
});
