import { expect } from "vitest";
import { api } from "../fixtures/contract/convex/_generated/api.js";
import { refuses, type Contract } from "./contract.ts";

const MINUTE_MS = 60_000;
const YEAR_MS = 366 * 24 * 60 * MINUTE_MS;
const KEEPS_TIMERS = "it lets Node's timers decide about such delays";

/** The scheduler and `_scheduled_functions` (convex-facts d.7). */
export function schedulingCases(contract: Contract): void {
  contract.case("a job runs when it is due and not before", async (backend, kind) => {
    const id = await backend.mutation(api.scheduling.after, { kind, a: "ran", delayMs: 10 * MINUTE_MS });
    await backend.advanceBy(10 * MINUTE_MS - 1);
    expect(await backend.query(api.nesting.list, { kind })).toEqual([]);
    expect(await backend.query(api.scheduling.job, { id })).toMatchObject({ state: { kind: "pending" } });
    await backend.advanceBy(1);
    expect(await backend.query(api.nesting.list, { kind })).toEqual(["ran"]);
    expect(await backend.query(api.scheduling.job, { id })).toMatchObject({ state: { kind: "success" } });
  });

  contract.case("its record tells what is to run, with what, and when", async (backend, kind) => {
    const atMs = (await backend.nowMs()) + MINUTE_MS;
    const id = await backend.mutation(api.scheduling.at, { kind, a: { n: 1n }, atMs });
    const job = await backend.query(api.scheduling.job, { id });
    expect(job).toMatchObject({ args: [{ kind, a: { n: 1n } }], scheduledTime: atMs, state: { kind: "pending" } });
    expect(job?.completedTime).toBeUndefined();
    if (backend.name === "embedded") expect(job?.name).toBe("scheduling.js:record");
    await backend.advanceBy(MINUTE_MS);
    const done = await backend.query(api.scheduling.job, { id });
    expect(done?.state).toEqual({ kind: "success" });
    // convex-test records neither when a job ended nor why it failed.
    if (backend.name === "embedded") expect(done?.completedTime).toBe(atMs);
  });

  contract.case("a job that throws has failed, once and for all, and wrote nothing", async (backend, kind) => {
    const id = await backend.mutation(api.scheduling.failAfter, { kind, delayMs: 1 });
    await backend.advanceBy(MINUTE_MS);
    const job = await backend.query(api.scheduling.job, { id });
    expect(job?.state.kind).toBe("failed");
    if (backend.name === "embedded")
      expect(job?.state).toHaveProperty("error", expect.stringContaining("The job failed"));
    expect(await backend.query(api.nesting.list, { kind })).toEqual([]);
  });

  contract.case("actions can be scheduled and can schedule", async (backend, kind) => {
    await backend.mutation(api.scheduling.afterByAction, { kind, a: "by an action", delayMs: 1 });
    await backend.advanceBy(2);
    await backend.action(api.scheduling.fromAction, { kind, a: "from an action" });
    await backend.advanceBy(1);
    expect(await backend.query(api.nesting.list, { kind })).toEqual(["by an action", "from an action"]);
  });

  contract.case("a cancelled job never runs", async (backend, kind) => {
    const id = await backend.mutation(api.scheduling.after, { kind, a: "never", delayMs: MINUTE_MS });
    await backend.mutation(api.scheduling.cancel, { id });
    await backend.advanceBy(2 * MINUTE_MS);
    expect(await backend.query(api.nesting.list, { kind })).toEqual([]);
    expect(await backend.query(api.scheduling.job, { id })).toMatchObject({ state: { kind: "canceled" } });
  });

  contract.case(
    "cancelling a finished job changes nothing",
    async (backend, kind) => {
      const id = await backend.mutation(api.scheduling.after, { kind, a: "done", delayMs: 0 });
      await backend.advanceBy(1);
      await backend.mutation(api.scheduling.cancel, { id });
      expect(await backend.query(api.scheduling.job, { id })).toMatchObject({ state: { kind: "success" } });
    },
    { "convex-test": "it marks finished jobs as canceled" },
  );

  contract.case("a mutation that fails has scheduled nothing", async (backend, kind) => {
    await expect(backend.mutation(api.scheduling.thenFail, { kind })).rejects.toThrow("Nothing is scheduled");
    await backend.advanceBy(MINUTE_MS);
    expect(await backend.query(api.nesting.list, { kind })).toEqual([]);
  });

  contract.case("a time in the past runs at once and keeps its time", async (backend, kind) => {
    const atMs = (await backend.nowMs()) - 10 * MINUTE_MS;
    const id = await backend.mutation(api.scheduling.at, { kind, a: "late", atMs });
    await backend.advanceBy(0);
    expect(await backend.query(api.scheduling.job, { id })).toMatchObject({
      scheduledTime: atMs,
      state: { kind: "success" },
    });
  });

  contract.case(
    "five years is as far as times go, either way; delays are not negative",
    async (backend, kind) => {
      const nowMs = await backend.nowMs();
      const at = (atMs: number) => backend.mutation(api.scheduling.at, { kind, a: 1, atMs });
      await refuses(backend, at(nowMs + 5 * YEAR_MS + MINUTE_MS), "more than 5 years in the future");
      await refuses(backend, at(nowMs - 5 * YEAR_MS - MINUTE_MS), "more than 5 years in the past");
      await refuses(
        backend,
        backend.mutation(api.scheduling.after, { kind, a: 1, delayMs: -1 }),
        "`delayMs` must be non-negative",
      );
    },
    { "convex-test": KEEPS_TIMERS },
  );

  contract.case("a function's time is frozen and is the backend's", async (backend) => {
    const before = await backend.nowMs();
    await backend.advanceBy(MINUTE_MS);
    expect((await backend.query(api.scheduling.now, {})) - before).toBeGreaterThanOrEqual(MINUTE_MS);
  });
}
