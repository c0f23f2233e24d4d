import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, inMutation, makeWorkspace, NOON, rowOf, runJobs, type Convex } from "../../../tests/support/delivery";
import {
  makeMetaHook,
  metaEnvelope,
  metaStatus,
  postMeta,
  sentThrough,
  type Hook,
} from "../../../tests/support/provider-hooks";
import type { Id } from "../../_generated/dataModel";

// Reports that wait together are applied together (intake/model/queues).

vi.mock("../../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

const MESSAGES = 70;

let t: Convex;
let meta: Hook;
let queueIds: Id<"messageQueue">[];

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  const workspace = await makeWorkspace(t);
  meta = await makeMetaHook(t, workspace);
  queueIds = [];
  for (let i = 0; i < MESSAGES; i++) {
    const message = { key: `m${i}`, channel: "whatsapp", providerMessageId: `wamid.${i}` } as const;
    queueIds.push(await sentThrough(t, workspace, meta, message));
  }
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const report = (i: number, status: string) =>
  postMeta(t, meta, metaEnvelope({ statuses: [metaStatus(`wamid.${i}`, status)] }));
const states = async () => {
  const kinds: string[] = [];
  for (const queueId of queueIds) kinds.push((await rowOf(t, queueId)).state.kind);
  return kinds;
};
const jobsOf = async (name: string) => {
  const jobs = await t.run(async (ctx) => await ctx.db.system.query("_scheduled_functions").take(1000));
  return jobs.filter((job) => job.name.startsWith(name)).length;
};
const results = async () => (await allRows(t, "rawEvents")).map(({ state }) => state.kind);

it("are read in few transactions, every one of them, and counted rightly", async () => {
  for (let i = 0; i < MESSAGES; i++) await report(i, "delivered");
  // The second report of one message comes in the same batch as its first, and a repetition with it.
  await report(0, "read");
  await report(1, "delivered");
  expect(await jobsOf("intake/jobs")).toBe(1);
  await runJobs(t);
  expect(await states()).toEqual(["read", ...Array.from({ length: MESSAGES - 1 }, () => "delivered")]);
  expect(await jobsOf("intake/jobs")).toBe(2);
  expect(await allRows(t, "intakeWakeUps")).toEqual([]);
  expect((await allRows(t, "rawEvents")).filter(({ queue }) => queue !== undefined)).toEqual([]);
  const counted: Record<string, number> = {};
  for (const { counts } of await allRows(t, "queueTallies"))
    for (const [kind, count] of Object.entries(counts)) counted[kind] = (counted[kind] ?? 0) + count;
  expect(counted).toEqual({ delivered: MESSAGES - 1, read: 1 });
});

it("are tried one by one when one of them spoils it", async () => {
  await report(0, "delivered");
  await postMeta(t, meta, "[1, 2]");
  await report(1, "delivered");
  await runJobs(t);
  expect((await states()).slice(0, 3)).toEqual(["delivered", "delivered", "sent"]);
  expect((await results()).toSorted()).toEqual(["processed", "processed", "rejected"]);
  // Nothing of it holds up what comes next.
  await report(2, "delivered");
  await runJobs(t);
  expect((await states())[2]).toBe("delivered");
});

it("are read again after their job was lost", async () => {
  await report(0, "delivered");
  await inMutation(t, async (ctx) => {
    for (const job of await ctx.db.system.query("_scheduled_functions").take(1000)) await ctx.scheduler.cancel(job._id);
  });
  await runJobs(t);
  expect((await states())[0]).toBe("sent");
  vi.setSystemTime(NOON + 31_000);
  await report(1, "delivered");
  await runJobs(t);
  expect((await states()).slice(0, 2)).toEqual(["delivered", "delivered"]);
});
