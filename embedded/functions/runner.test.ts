import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestBackend, TestFailure } from "./testing.ts";

const MESSAGES = `
import { queryGeneric as query, mutationGeneric as mutation, internalMutationGeneric as internalMutation } from "convex/server";
import { ConvexError, v } from "convex/values";

export const send = mutation({
  args: { body: v.string() },
  returns: v.id("messages"),
  handler: async (ctx, { body }) => {
    console.log("sending", body, { deep: [1, 2] });
    return await ctx.db.insert("messages", { body });
  },
});
export const list = query({ args: {}, handler: async (ctx) => (await ctx.db.query("messages").collect()).map((m) => m.body) });
export const page = query({
  args: { paginationOpts: v.any() },
  handler: async (ctx, { paginationOpts }) => await ctx.db.query("messages").paginate(paginationOpts),
});
export const secret = internalMutation({ args: {}, handler: async () => "hidden" });
export const fail = mutation({ args: {}, handler: async (ctx) => {
  await ctx.db.insert("messages", { body: "never" });
  throw new Error("boom");
} });
export const failWithData = mutation({ args: {}, handler: async () => { throw new ConvexError({ code: 7n }); } });
export const outer = mutation({ args: {}, handler: async (ctx) => {
  await ctx.db.insert("messages", { body: "outer" });
  try { await ctx.runMutation("messages:fail"); } catch (error) { return error.message; }
} });
export const outerData = mutation({ args: {}, handler: async (ctx) => { await ctx.runMutation("messages:failWithData"); } });
export const badReturn = mutation({ args: {}, returns: v.number(), handler: async (ctx) => {
  await ctx.db.insert("messages", { body: "kept" });
  return "text";
} });
export const catchBadReturn = mutation({ args: {}, handler: async (ctx) => {
  try { await ctx.runMutation("messages:badReturn"); } catch (error) { return error.message; }
} });
export const now = query({ args: {}, handler: async () => [Date.now(), new Date().getTime(), typeof performance.now(), Math.random() < 1] });
export const hang = query({ args: {}, handler: () => new Promise(() => {}) });
export const timers = query({ args: {}, handler: async () => { try { setTimeout(() => {}, 1); } catch {} return 1; } });
export const fetches = query({ args: {}, handler: async () => { await fetch("http://127.0.0.1"); } });
export const digest = query({ args: {}, handler: async () => {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("abc"));
  return { hash, isBuffer: hash instanceof ArrayBuffer };
} });
export const blob = query({ args: {}, handler: async () => await new Blob(["text"]).text() });
export const dangling = mutation({ args: {}, handler: async (ctx) => { void (async () => {
  await ctx.db.insert("messages", { body: "dangling 1" });
  await ctx.db.insert("messages", { body: "dangling 2" });
})(); } });
export const whoAmI = query({ args: {}, handler: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null });
export const env = query({ args: {}, handler: async () => [process.env.GREETING ?? null, process.env.PATH ?? null] });
export const depth = query({ args: { left: v.number() }, handler: async (ctx, { left }) =>
  left === 0 ? 0 : 1 + await ctx.runQuery("messages:depth", { left: left - 1 }) });
export const spin = query({ args: {}, handler: async () => { for (;;); } });
export const stubborn = query({ args: {}, handler: async (ctx) => { for (;;) { try { await ctx.db.query("messages").collect(); } catch {} } } });
export const patient = query({ args: {}, handler: async () => { for (;;) { try { await new Promise((resolve) => setTimeout(resolve, 1)); } catch {} } } });
export const writeAndSpin = mutation({ args: {}, handler: async (ctx) => {
  await ctx.db.insert("messages", { body: "cut off" });
  await ctx.runMutation("messages:spinInside");
} });
export const spinInside = internalMutation({ args: {}, handler: async (ctx) => { for (;;); } });
export const spinLater = query({ args: {}, handler: async () => { await crypto.subtle.digest("SHA-256", new Uint8Array(50_000)); for (;;); } });
export const evil = query({ args: {}, handler: async () => new Function("return 1")() });
export const metadata = query({ args: {}, handler: async (ctx) => await ctx.meta.getFunctionMetadata() });
export const instances = query({ args: {}, handler: async () => {
  let caught; try { new URL("::"); } catch (error) { caught = error; }
  return [caught instanceof TypeError, caught instanceof Error, structuredClone(new Map([[1, 2]])) instanceof Map, new Date(0) instanceof Date];
} });
`;

describe("queries and mutations", () => {
  let backend: TestBackend;
  beforeAll(async () => {
    backend = await TestBackend.start({ "messages.ts": MESSAGES });
  });
  afterAll(() => backend.close());

  async function failure(run: Promise<unknown>): Promise<TestFailure> {
    const error = await run.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (error instanceof TestFailure) return error;
    throw error ?? new Error("Expected a failure");
  }

  test("a mutation writes, a query reads, console lines are kept", async () => {
    const outcome = await backend.runner.mutation(backend.call("messages:send", { body: "hi" }));
    expect(outcome.ok).toBe(true);
    expect(outcome.logLines.map((line) => [line.level, ...line.messages])).toEqual([
      ["LOG", "'sending'", "'hi'", "{\n  deep: [ 1, 2 ]\n}"],
    ]);
    expect(await backend.query("messages:list")).toEqual(["hi"]);
    expect(backend.logs.at(-1)).toMatchObject({ kind: "Completion", identifier: "messages:list", udfType: "Query" });
  });

  test("arguments are validated with the documented text", async () => {
    const error = await failure(backend.mutation("messages:send", { body: 1 }));
    expect(error.message).toBe(
      "ArgumentValidationError: Value does not match validator.\nPath: .body\nValue: 1.0\nValidator: v.string()",
    );
  });

  test("internal functions, missing functions and wrong types are refused", async () => {
    const text =
      "Could not find public function for 'messages:secret'. Did you forget to run `npx convex dev` or `npx convex deploy`?";
    expect((await failure(backend.mutation("messages:secret"))).message).toBe(text);
    expect((await failure(backend.query("messages:nothing"))).message).toMatch(/^Could not find public function/);
    expect((await failure(backend.query("messages:send"))).message).toBe(
      "Trying to execute messages.js:send as Query, but it is defined as Mutation.",
    );
    const admin = { identity: { kind: "admin", actingAs: null } } as const;
    expect(await backend.mutation("messages:secret", {}, admin)).toBe("hidden");
  });

  test("a failing mutation writes nothing and its error has mapped frames", async () => {
    const before = await backend.query("messages:list");
    const error = await failure(backend.mutation("messages:fail"));
    expect(error.message).toMatch(/^Uncaught Error: boom\n {4}at handler \(\.\.\/convex\/messages\.ts:21:\d+\)\n$/);
    expect(await backend.query("messages:list")).toEqual(before);
  });

  test("a nested failure is rolled back and catchable", async () => {
    const message = await backend.mutation("messages:outer");
    expect(message).toMatch(/^Uncaught Error: boom\n {4}at handler/);
    const bodies = (await backend.query("messages:list")) as string[];
    expect(bodies).toContain("outer");
    expect(bodies).not.toContain("never");
  });

  test("ConvexError data passes through nested calls", async () => {
    const error = await failure(backend.mutation("messages:outerData"));
    expect(JSON.parse(error.error.data ?? "")).toEqual({ code: { $integer: "BwAAAAAAAAA=" } });
    expect(error.message).toMatch(
      /^Uncaught ConvexError: Uncaught ConvexError: \{"code":"7n"\}\n {4}at handler \(.*\)\n\n {4}at async handler \(.*\)\n$/,
    );
  });

  test("writes of a callee whose return value does not fit are kept", async () => {
    expect(await backend.mutation("messages:catchBadReturn")).toMatch(/^ReturnsValidationError: /);
    expect(await backend.query("messages:list")).toContain("kept");
  });

  test("time stands still", async () => {
    expect(await backend.query("messages:now")).toEqual([1_760_000_000_000, 1_760_000_000_000, "number", true]);
  });

  test("what can't work in a query says so", async () => {
    expect((await failure(backend.query("messages:hang"))).message).toBe("Returned promise will never resolve");
    expect((await failure(backend.query("messages:timers"))).message).toBe(
      "Uncaught Error: Can't use setTimeout in queries and mutations. Please consider using an action",
    );
    expect((await failure(backend.query("messages:fetches"))).message).toMatch(
      /^Uncaught Error: Can't use fetch\(\) in queries/,
    );
    expect((await failure(backend.query("messages:evil"))).message).toMatch(
      /^Uncaught EvalError: Code generation from strings disallowed for this context/,
    );
  });

  test("host objects belong to the realm as far as functions can tell", async () => {
    expect(await backend.query("messages:instances")).toEqual([true, true, true, true]);
    const { hash, isBuffer } = (await backend.query("messages:digest")) as { hash: ArrayBuffer; isBuffer: boolean };
    expect(Buffer.from(hash).toString("hex").slice(0, 8)).toBe("ba7816bf");
    expect(isBuffer).toBe(true);
    expect(await backend.query("messages:blob")).toBe("text");
  });

  test("calls that are not awaited still count", async () => {
    await backend.mutation("messages:dangling");
    expect(await backend.query("messages:list")).toContain("dangling 2");
  });

  test("an endless loop is cut off and the next call works", async () => {
    expect((await failure(backend.query("messages:spin"))).message).toMatch(/^Function execution timed out/);
    expect(await backend.query("messages:metadata")).toEqual({
      name: "messages:metadata",
      componentPath: "",
      type: "query",
      visibility: "public",
    });
  });

  test("a loop that catches every refusal comes to rest", async () => {
    expect((await failure(backend.query("messages:stubborn"))).message).toMatch(/timed out/);
    expect((await failure(backend.query("messages:patient"))).message).toMatch(/^Uncaught Error: Can't use setTimeout/);
    expect(await backend.query("messages:list")).toContain("dangling 1");
  });

  test("a mutation cut off inside a nested call leaves nothing, and its neighbours of the turn run", async () => {
    const neighbour = (body: string) => backend.mutation("messages:send", { body });
    const [before, cut, after] = await Promise.all([
      neighbour("before"),
      failure(backend.mutation("messages:writeAndSpin")),
      neighbour("after"),
    ]);
    expect([typeof before, typeof after]).toEqual(["string", "string"]);
    expect(cut.message).toMatch(/^Function execution timed out/);
    const bodies = (await backend.query("messages:list")) as string[];
    // Under the manual clock both have one creation time: which comes first is the ids' affair.
    expect(bodies.filter((body) => ["before", "cut off", "after"].includes(body)).toSorted()).toEqual([
      "after",
      "before",
    ]);
  });

  test("a loop that begins after a pause is cut off as well", async () => {
    expect((await failure(backend.query("messages:spinLater"))).message).toMatch(/^Function execution timed out/);
  });

  test("calls nest eight deep", async () => {
    expect(await backend.query("messages:depth", { left: 8 })).toBe(8);
    expect((await failure(backend.query("messages:depth", { left: 9 }))).message).toMatch(/call depth limit exceeded/);
  });

  test("functions see the deployment's variables only, and results follow them", async () => {
    expect(await backend.query("messages:env")).toEqual([null, null]);
    backend.setEnv("GREETING", "hello");
    expect(await backend.query("messages:env")).toEqual(["hello", null]);
  });

  test("equal queries share one result, apart by identity only where it was looked at", async () => {
    const user = (subject: string) =>
      ({
        identity: {
          kind: "user",
          attributes: { subject, issuer: "i", tokenIdentifier: `i|${subject}` },
          token: "t",
          expiresAtMs: Infinity,
        },
      }) as const;
    const first = await backend.runner.query(backend.call("messages:list", {}, user("a")));
    const second = await backend.runner.query(backend.call("messages:list", {}, user("b")));
    expect([first.cached, second.cached]).toEqual([expect.any(Boolean), true]);
    expect(await backend.query("messages:whoAmI", {}, user("a"))).toBe("a");
    expect(await backend.query("messages:whoAmI", {}, user("b"))).toBe("b");
    expect((await backend.runner.query(backend.call("messages:whoAmI", {}, user("a")))).cached).toBe(true);
    await backend.mutation("messages:send", { body: "new" });
    expect((await backend.runner.query(backend.call("messages:list"))).cached).toBe(false);
  });

  test("equal queries of one instant share one run, also where it fails and nothing is kept of it", async () => {
    const call = backend.call("messages:page", { paginationOpts: { numItems: 0, cursor: null } });
    const at = backend.database.latestTs;
    const outcomes = await Promise.all([1, 2, 3].map(async () => await backend.runner.query({ ...call, at })));
    expect(outcomes.map(({ result }) => result.ok)).toEqual([false, false, false]);
    expect(outcomes.map(({ cached }) => cached)).toEqual([false, true, true]);
  });

  test("a replayed session request is answered without running", async () => {
    const call = { ...backend.call("messages:send", { body: "once" }), session: { sessionId: "s", requestId: 1 } };
    const first = await backend.runner.mutation(call);
    const second = await backend.runner.mutation(call);
    expect(first.ok && second.ok && first.value === second.value && first.ts === second.ts).toBe(true);
    const bodies = (await backend.query("messages:list")) as string[];
    expect(bodies.filter((body) => body === "once")).toHaveLength(1);
  });

  test("a journal keeps a page's end where it was", async () => {
    const args = { paginationOpts: { numItems: 2, cursor: null } };
    const first = await backend.runner.query(backend.call("messages:page", args));
    expect(first.journal).not.toBeNull();
    const again = await backend.runner.query({ ...backend.call("messages:page", args), journal: first.journal });
    expect(again.result).toEqual(first.result);
  });

  test("a push makes new code live", async () => {
    const changed = MESSAGES.replace("(m) => m.body", "() => 'changed'");
    await backend.push({ "messages.ts": changed });
    expect(((await backend.query("messages:list")) as string[])[0]).toBe("changed");
    await backend.push({ "messages.ts": MESSAGES });
  });
});
