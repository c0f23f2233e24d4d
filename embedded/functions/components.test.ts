import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Value } from "convex/values";
import { decodeJwt } from "jose";
import { TestBackend } from "./testing.ts";

const APP = {
  "app.ts": `
import { actionGeneric as action, componentsGeneric, createFunctionHandle, makeFunctionReference, mutationGeneric as mutation, queryGeneric as query } from "convex/server";
import { v } from "convex/values";
const components = componentsGeneric();
export const count = mutation({ args: { by: v.number() }, handler: async (ctx, { by }) => await ctx.runMutation(components.counter.lib.add, { by }) });
export const read = query({ args: {}, handler: async (ctx) => await ctx.runQuery(components.counter.lib.read) });
export const own = query({ args: {}, handler: async (ctx) => (await ctx.db.query("counts").collect()).length });
export const failAfter = mutation({ args: {}, handler: async (ctx) => {
  await ctx.db.insert("counts", { mine: true });
  try { await ctx.runMutation(components.counter.lib.addAndFail); } catch (error) { return error.message; }
} });
export const tokens = mutation({ args: {}, handler: async (ctx) => [await ctx.auth.signJwt({ claims: { sub: "ann" }, expiresInSeconds: 60 }), await ctx.runMutation(components.counter.lib.token)] });
export const tokenInQuery = query({ args: {}, handler: async () => await Convex.asyncSyscall("1.0/signJwt", "{}") });
export const badToken = mutation({ args: { options: v.any() }, handler: async (ctx, { options }) => await ctx.auth.signJwt(options) });
export const secret = query({ args: {}, handler: async (ctx) => await ctx.runQuery(components.counter.lib.hidden) });
export const page = query({ args: {}, handler: async (ctx) => await ctx.runQuery(components.counter.lib.page) });
export const env = query({ args: {}, handler: async (ctx) => await ctx.runQuery(components.counter.lib.env) });
export const who = query({ args: {}, handler: async (ctx) => await ctx.runQuery(components.counter.lib.who) });
export const whoAction = action({ args: {}, handler: async (ctx) => [await ctx.runQuery(components.counter.lib.who), await ctx.runQuery(makeFunctionReference("app:self"))] });
export const self = query({ args: {}, handler: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null });
export const callback = mutation({ args: {}, handler: async (ctx) => {
  const handle = await createFunctionHandle(makeFunctionReference("app:noted"));
  await ctx.runMutation(components.counter.lib.callBack, { handle });
  return handle;
} });
export const noted = mutation({ args: { from: v.string() }, handler: async (ctx, { from }) => { await ctx.db.insert("counts", { from }); } });
export const foreignId = query({ args: { id: v.id("counts") }, handler: async (ctx, { id }) => await ctx.db.get(id) });
export const stamp = mutation({ args: {}, handler: async (ctx) => { const id = await ctx.db.insert("stamps", { at: ctx.db.vars.commitTs }); return { id, at: ctx.db.vars.commitTs }; } });
export const stamps = query({ args: {}, handler: async (ctx) => (await ctx.db.query("stamps").collect()).map((s) => s.at) });
export const limited = mutation({ args: { documentsWritten: v.number() }, handler: async (ctx, { documentsWritten }) => {
  await ctx.db.insert("limited", {});
  try { await ctx.runMutation(makeFunctionReference("app:writeTwo"), {}, { transactionLimits: { documentsWritten } }); return "written"; } catch (error) { return error.message; }
} });
export const writeTwo = mutation({ args: {}, handler: async (ctx) => { await ctx.db.insert("limited", {}); await ctx.db.insert("limited", {}); } });
export const storage = query({ args: {}, handler: async () => {
  const als = new AsyncLocalStorage();
  return await als.run("inside", async () => { await null; await crypto.subtle.digest("SHA-256", new Uint8Array(50_000)); return als.getStore(); });
} });
export const stale = mutation({ args: {}, handler: async (ctx) => {
  await ctx.db.insert("stamps", { at: 1n });
  return [(await ctx.runQuery(makeFunctionReference("app:stamps"))).length, (await ctx.runQuery(makeFunctionReference("app:stamps"), {}, { useStaleSnapshot: true })).length];
} });
`,
};

const COUNTER = {
  "lib.ts": `
import { internalQueryGeneric as internalQuery, mutationGeneric as mutation, queryGeneric as query } from "convex/server";
import { v } from "convex/values";
export const add = mutation({ args: { by: v.number() }, handler: async (ctx, { by }) => await ctx.db.insert("counts", { by }) });
export const addAndFail = mutation({ args: {}, handler: async (ctx) => { await ctx.db.insert("counts", { by: 100 }); await ctx.scheduler.runAfter(0, "lib:add", { by: 1 }); throw new Error("no"); } });
export const read = query({ args: {}, handler: async (ctx) => (await ctx.db.query("counts").collect()).reduce((sum, c) => sum + c.by, 0) });
export const token = mutation({ args: {}, handler: async (ctx) => await ctx.auth.signJwt({ expiresInSeconds: 60 }) });
export const hidden = internalQuery({ args: {}, handler: async () => 1 });
export const page = query({ args: {}, handler: async (ctx) => await ctx.db.query("counts").paginate({ numItems: 1, cursor: null }) });
export const env = query({ args: {}, handler: async () => [process.env.FIXED ?? null, process.env.BOUND ?? null, process.env.OUTER ?? null, process.env.CONVEX_CLOUD_URL ?? null] });
export const who = query({ args: {}, handler: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null });
export const callBack = mutation({ args: { handle: v.string() }, handler: async (ctx, { handle }) => { await ctx.runMutation(handle, { from: "counter" }); } });
`,
};

const USER = {
  identity: {
    kind: "user",
    attributes: { subject: "ann", issuer: "i", tokenIdentifier: "i|ann" },
    token: "t",
    expiresAtMs: Infinity,
  },
} as const;

describe("components", () => {
  let backend: TestBackend;
  beforeAll(async () => {
    backend = await TestBackend.start();
    await backend.push(APP, {
      counter: {
        files: COUNTER,
        env: { FIXED: { type: "value", value: "fixed" }, BOUND: { type: "envVar", name: "OUTER" } },
      },
    });
  });
  afterAll(() => backend.close());

  test("have their own tables in the caller's transaction", async () => {
    const id = await backend.mutation("app:count", { by: 2 });
    await backend.mutation("app:count", { by: 3 });
    expect(await backend.query("app:read")).toBe(5);
    expect(await backend.query("app:own")).toBe(0);
    await expect(backend.query("app:foreignId", { id })).rejects.toThrow(/^ArgumentValidationError/);
  });

  test("a failing call is undone, the caller's own writes stay", async () => {
    expect(await backend.mutation("app:failAfter")).toMatch(/^Uncaught Error: no\n/);
    expect([await backend.query("app:read"), await backend.query("app:own")]).toEqual([5, 1]);
  });

  test("only public functions of a child can be called, and it can't paginate", async () => {
    await expect(backend.query("app:secret")).rejects.toThrow(/Could not find public function for 'lib:hidden'/);
    await expect(backend.query("app:page")).rejects.toThrow(/paginate\(\) is only supported in the app/);
  });

  test("clients don't reach a component, admins do", async () => {
    await expect(backend.query("lib:read", {}, { component: "counter" })).rejects.toThrow(
      /Could not find public function for 'lib:read' in 'counter'\./,
    );
    const admin = { component: "counter", identity: { kind: "admin", actingAs: null } } as const;
    expect(await backend.query("lib:read", {}, admin)).toBe(5);
  });

  test("see the variables bound for them", async () => {
    const cloud = "http://127.0.0.1:3210";
    expect(await backend.query("app:env")).toEqual(["fixed", null, null, cloud]);
    backend.setEnv("OUTER", "value");
    expect(await backend.query("app:env")).toEqual(["fixed", "value", null, cloud]);
  });

  test("know the user of a query, not of an action", async () => {
    expect(await backend.query("app:who", {}, USER)).toBe("ann");
    expect(await backend.action("app:whoAction", {}, USER)).toEqual([null, "ann"]);
  });

  test("call back by function handles", async () => {
    expect(await backend.mutation("app:callback")).toMatch(/^function:\/\/[0-9a-f]{32}#app:noted$/);
    expect(await backend.query("app:own")).toBe(2);
  });

  test("commit timestamps are filled in, in documents and results", async () => {
    const { at } = (await backend.mutation("app:stamp")) as { at: bigint };
    expect(typeof at).toBe("bigint");
    expect(await backend.query("app:stamps")).toEqual([at]);
  });

  test("a call can be given lower limits", async () => {
    expect(await backend.mutation("app:limited", { documentsWritten: 1 })).toMatch(
      /This call exceeded its transaction limit for documentsWritten \(actual: 2, limit: 1\)/,
    );
    expect(await backend.mutation("app:limited", { documentsWritten: 2 })).toBe("written");
  });

  test("sign tokens in their own name; only mutations can", async () => {
    const claims = ((await backend.mutation("app:tokens")) as string[]).map((token) => decodeJwt(token));
    expect(claims).toMatchObject([
      { sub: "ann", iss: "http://127.0.0.1:3210" },
      { iss: "http://127.0.0.1:3210/components/counter" },
    ]);
    await expect(backend.query("app:tokenInQuery")).rejects.toThrow("Cannot sign a JWT in a Query");
    const bad = (options: Value) => backend.mutation("app:badToken", { options });
    await expect(bad({})).rejects.toThrow(
      "Invalid argument `expiresInSeconds` for `auth.signJwt`: expected a number, got undefined",
    );
    await expect(bad({ expiresInSeconds: 60, claims: [] })).rejects.toThrow(
      "Invalid argument `claims` for `auth.signJwt`: Value must be an Object, got array",
    );
    await expect(bad({ expiresInSeconds: 60, claims: { exp: 1 } })).rejects.toThrow("Uncaught Error: Invalid argument");
  });

  test("AsyncLocalStorage follows a function through its awaits", async () => {
    expect(await backend.query("app:storage")).toBe("inside");
  });

  test("a stale query sees none of the mutation's writes", async () => {
    expect(await backend.mutation("app:stale")).toEqual([2, 1]);
  });
});
