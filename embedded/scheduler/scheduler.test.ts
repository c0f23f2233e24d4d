import { afterEach, describe, expect, test } from "vitest";
import { TEST_START_MS, TestBackend, commit } from "../functions/testing.ts";
import { readDeployment } from "../functions/deployment.ts";
import { writeCrons } from "./crons.ts";
import { createScheduler } from "./scheduler.ts";
import type { Scheduler } from "./scheduler.ts";

const APP = {
  "jobs.ts": `
import { actionGeneric as action, internalMutationGeneric as internalMutation, mutationGeneric as mutation, queryGeneric as query } from "convex/server";
import { v } from "convex/values";
export const note = internalMutation({ args: { text: v.string() }, handler: async (ctx, { text }) => {
  const states = (await ctx.db.system.query("_scheduled_functions").collect()).map((job) => job.state.kind);
  await ctx.db.insert("notes", { text, at: Date.now(), states });
} });
export const boom = internalMutation({ args: {}, handler: async (ctx) => { await ctx.db.insert("notes", { text: "never" }); throw new Error("boom"); } });
export const schedule = mutation({ args: { ms: v.number(), fn: v.string(), args: v.any() }, handler: async (ctx, { ms, fn, args }) => await ctx.scheduler.runAfter(ms, fn, args) });
export const scheduleThenFail = mutation({ args: {}, handler: async (ctx) => { await ctx.scheduler.runAfter(0, "jobs:note", { text: "lost" }); throw new Error("no"); } });
export const cancel = mutation({ args: { id: v.string() }, handler: async (ctx, { id }) => { await ctx.scheduler.cancel(id); } });
export const notes = query({ args: {}, handler: async (ctx) => (await ctx.db.query("notes").collect()).map((n) => [n.text, n.at]) });
export const states = query({ args: {}, handler: async (ctx) => (await ctx.db.query("notes").collect()).map((n) => n.states) });
export const all = query({ args: {}, handler: async (ctx) => (await ctx.db.system.query("_scheduled_functions").collect()) });
export const chain = action({ args: {}, handler: async (ctx) => { await ctx.scheduler.runAfter(1000, "jobs:note", { text: "from action" }); } });
export const cancelSelf = internalMutation({ args: {}, handler: async (ctx) => {
  const [job] = await ctx.db.system.query("_scheduled_functions").collect();
  await ctx.scheduler.cancel(job._id);
  await ctx.db.insert("notes", { text: "ran" });
} });
export const tick = internalMutation({ args: { name: v.string() }, handler: async (ctx, { name }) => { await ctx.db.insert("notes", { text: name, at: Date.now() }); } });
export const tock = action({ args: {}, handler: async (ctx) => { await ctx.runMutation("jobs:tick", { name: "action" }); } });
`,
  "crons.ts": `
import { cronJobs, makeFunctionReference } from "convex/server";
const crons = cronJobs();
crons.interval("often", { minutes: 1 }, makeFunctionReference("jobs:tick"), { name: "often" });
crons.daily("daily", { hourUTC: 9, minuteUTC: 30 }, makeFunctionReference("jobs:tick"), { name: "daily" });
crons.interval("action", { hours: 6 }, makeFunctionReference("jobs:tock"));
export default crons;
`,
};

const DAY_MS = 24 * 60 * 60 * 1000;

describe("scheduler", () => {
  let backend: TestBackend;
  let scheduler: Scheduler;

  async function start(): Promise<void> {
    backend = await TestBackend.start(APP);
    scheduler = createScheduler({ database: backend.database, runner: backend.runner, clock: backend.clock });
    await scheduler.start();
  }
  afterEach(async () => {
    await scheduler.stop();
    await backend.close();
  });

  const settle = () => scheduler.idle();
  const advance = (ms: number) => backend.clock.advanceTo(backend.clock.nowMs() + ms, settle);
  const notes = () => backend.query("jobs:notes");
  const schedule = (ms: number, fn: string, args = {}) => backend.mutation("jobs:schedule", { ms, fn, args });
  const jobs = async () =>
    (await backend.query("jobs:all")) as { name: string; state: { kind: string; error?: string } }[];

  test("a job runs at its time, once, and sees itself in progress", async () => {
    await start();
    await schedule(5000, "jobs:note", { text: "later" });
    await advance(4999);
    expect(await notes()).toEqual([]);
    expect((await jobs()).map((job) => job.state.kind)).toEqual(["pending"]);
    await advance(1);
    expect(await notes()).toEqual([["later", TEST_START_MS + 5000]]);
    expect(await backend.query("jobs:states")).toEqual([["inProgress"]]);
    expect((await jobs())[0]).toMatchObject({
      name: "jobs.js:note",
      args: [{ text: "later" }],
      scheduledTime: TEST_START_MS + 5000,
      completedTime: TEST_START_MS + 5000,
      state: { kind: "success" },
    });
  });

  test("a failed mutation schedules nothing, a failed job says why", async () => {
    await start();
    await backend.mutation("jobs:scheduleThenFail").catch(() => undefined);
    await schedule(0, "jobs:boom");
    await settle();
    expect(await notes()).toEqual([]);
    const [job, ...others] = await jobs();
    expect(others).toEqual([]);
    expect(job?.state.kind).toBe("failed");
    expect(job?.state.error).toMatch(/^Uncaught Error: boom/);
  });

  test("a cancelled job does not run; cancelling again or later does nothing", async () => {
    await start();
    const id = await schedule(1000, "jobs:note", { text: "x" });
    await backend.mutation("jobs:cancel", { id });
    await backend.mutation("jobs:cancel", { id });
    await advance(2000);
    expect(await notes()).toEqual([]);
    expect((await jobs())[0]?.state).toEqual({ kind: "canceled" });
    await expect(backend.mutation("jobs:cancel", { id: "nonsense" })).rejects.toThrow(/Invalid scheduled function ID/);
  });

  test("a mutation that cancels itself is warned; its writes stay", async () => {
    await start();
    await schedule(0, "jobs:cancelSelf");
    await settle();
    expect((await jobs())[0]?.state).toEqual({ kind: "canceled" });
    const lines = backend.logs.flatMap((entry) => entry.logLines.map((line) => line.messages[0]));
    expect(lines).toContainEqual(expect.stringMatching(/^A scheduled mutation canceling itself is deprecated/));
  });

  test("actions run and schedule", async () => {
    await start();
    await schedule(0, "jobs:chain");
    await settle();
    await advance(1000);
    expect(await notes()).toEqual([["from action", TEST_START_MS + 1000]]);
  });

  test("refusals of convex-facts d.7", async () => {
    await start();
    await expect(schedule(0, "nowhere:fn")).rejects.toThrow(/nonexistent path: nowhere\.js\n/);
    await expect(schedule(0, "jobs:nothing")).rejects.toThrow(
      /no exported function nothing found in the file: jobs\.js/,
    );
    await expect(schedule(6 * 366 * DAY_MS, "jobs:note")).rejects.toThrow(/more than 5 years in the future/);
    await schedule(0, "jobs:notes");
    await settle();
    expect((await jobs())[0]?.state.error).toMatch(/^Unsupported function type/);
  });

  test("more jobs than places all run, in order of time", async () => {
    await start();
    for (let n = 0; n < 30; n += 1) await schedule(1000 - n, "jobs:note", { text: String(n) });
    await advance(1000);
    expect(((await notes()) as [string, number][]).map(([text]) => Number(text))).toEqual(
      Array.from({ length: 30 }, (_, n) => 29 - n),
    );
  });

  test("finished records go after seven days", async () => {
    await start();
    await schedule(0, "jobs:note", { text: "old" });
    await settle();
    await advance(7 * DAY_MS);
    expect(await jobs()).toHaveLength(1);
    await advance(DAY_MS);
    expect(await jobs()).toHaveLength(0);
  });

  test("a started action is failed, not repeated, after a restart; a waiting job runs", async () => {
    await start();
    await scheduler.stop();
    await schedule(0, "jobs:chain");
    await schedule(0, "jobs:note", { text: "waited" });
    commit(backend.database, (tx) => {
      const row = tx.system
        .rows("", "_scheduled_jobs", "by_next", [])
        .find((job) => job.value.path === "jobs.js:chain");
      tx.system.patch("", row?.id ?? "", { isRunning: true });
    });
    await scheduler.start();
    await settle();
    expect(Object.fromEntries((await jobs()).map((job) => [job.name, job.state]))).toEqual({
      "jobs.js:chain": { kind: "failed", error: "Transient error while executing action" },
      "jobs.js:note": { kind: "success" },
    });
    expect(await notes()).toEqual([["waited", TEST_START_MS]]);
  });

  test("crons keep their beat, and go when they are no longer declared", async () => {
    await start();
    const deployed = (declared: boolean) =>
      commit(backend.database, (tx) => {
        const root = readDeployment(tx)?.components[0];
        writeCrons(tx, "", declared && root !== undefined ? root : null);
      });
    deployed(true);
    await settle();
    await advance(150_000);
    const count = async (name: string) =>
      ((await notes()) as [string, number][]).filter(([text]) => text === name).length;
    expect([await count("often"), await count("action"), await count("daily")]).toEqual([3, 1, 0]);
    await advance(DAY_MS);
    expect([await count("action"), await count("daily")]).toEqual([5, 1]);
    const daily = ((await notes()) as [string, number][]).find(([text]) => text === "daily");
    expect(new Date(daily?.[1] ?? 0).toISOString()).toMatch(/T09:30:00\.000Z$/);
    const entries = commit(backend.database, (tx) => tx.system.rows("", "_cron_job_logs", "by_name", ["often"]).length);
    expect(entries).toBe(5);
    const before = await count("often");
    deployed(false);
    await advance(120_000);
    expect(await count("often")).toBe(before);
  });
});
