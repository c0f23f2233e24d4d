import { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Schema } from "@tiptap/pm/model";
import { Transform } from "@tiptap/pm/transform";
import { api } from "../fixtures/components/convex/_generated/api.js";
import { COMPONENTS_PROJECT, startTestBackend, type TestBackend } from "../support/backend.ts";

// Convex's components, unmodified, each used for its purpose (convex-facts d.11).

const START_MS = Date.parse("2026-10-20T08:00:00Z");
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let backend: TestBackend;
let http: ConvexHttpClient;

beforeAll(async () => {
  backend = await startTestBackend({ project: COMPONENTS_PROJECT, testClock: { startMs: START_MS } });
  http = new ConvexHttpClient(backend.cloudUrl);
});

afterAll(() => backend.stop());

const events = (kind: string) => http.query(api.events.list, { kind });
const details = async (kind: string) => (await events(kind)).map(({ detail }) => detail);

describe("workpool", () => {
  test("retries an action with growing pauses and reports its success once", async () => {
    const id = await http.mutation(api.workpool.enqueueFlaky, { kind: "third time", succeedOn: 3 });
    expect(await http.query(api.workpool.status, { id })).not.toBe("finished");
    await backend.advanceBy(MINUTE_MS);
    const attempts = await events("third time");
    expect(attempts.length).toBe(3);
    const [first = 0, second = 0, third = 0] = attempts.map(({ atMs }) => atMs);
    // Initial back-off 1 s, base 2, jitter of half: more than nothing, and less than what the cap allows.
    expect(second - first).toBeGreaterThanOrEqual(500);
    expect(third - second).toBeGreaterThanOrEqual(1000);
    expect(await details("third time completed")).toEqual(["success succeeded on 3"]);
    expect(await http.query(api.workpool.status, { id })).toBe("finished");
  });

  test("gives up after the last attempt and says so", async () => {
    await http.mutation(api.workpool.enqueueFlaky, { kind: "never", succeedOn: 99 });
    await backend.advanceBy(5 * MINUTE_MS);
    expect((await events("never")).length).toBe(3);
    expect(await details("never completed")).toEqual(["failed"]);
  });

  test("with a parallelism of one nothing overlaps", async () => {
    const names = ["a", "b", "c", "d", "e"];
    await http.mutation(api.workpool.enqueueSerially, { kind: "serial", names });
    await backend.advanceBy(10 * MINUTE_MS);
    const seen = await details("serial");
    expect(seen.length).toBe(10);
    for (let at = 0; at < seen.length; at += 2) {
      const name = seen[at]?.split(" ")[0] ?? "";
      expect(seen.slice(at, at + 2)).toEqual([`${name} begins`, `${name} ends`]);
    }
    expect(seen.filter((detail) => detail.endsWith("begins")).sort()).toEqual(names.map((name) => `${name} begins`));
  });

  test("a mutation runs when it is due, a cancelled one never", async () => {
    const kept = await http.mutation(api.workpool.enqueueMutation, { kind: "kept", runAfter: HOUR_MS });
    const cancelled = await http.mutation(api.workpool.enqueueMutation, { kind: "dropped", runAfter: HOUR_MS });
    await backend.advanceBy(MINUTE_MS);
    await http.mutation(api.workpool.cancel, { id: cancelled });
    await backend.advanceBy(50 * MINUTE_MS);
    expect(await details("kept")).toEqual([]);
    await backend.advanceBy(20 * MINUTE_MS);
    expect(await details("kept")).toEqual(["ran"]);
    expect(await http.query(api.workpool.status, { id: kept })).toBe("finished");
    expect(await details("dropped")).toEqual([]);
    expect(await details("dropped completed")).toEqual(["canceled"]);
  });
});

describe("workflow", () => {
  test("goes through every kind of step, over a kill, and completes once", async () => {
    const order = "order 1";
    const id = await http.mutation(api.workflow.start, { order });
    await backend.advanceBy(5 * MINUTE_MS);
    expect(await details(`${order} charge`)).toEqual(["attempt", "attempt"]);
    await backend.killAndRestart();
    await backend.advanceBy(HOUR_MS);
    expect(await http.query(api.workflow.status, { id })).toBe("inProgress");
    await http.mutation(api.workflow.approve, { id, by: "Ann" });
    await backend.advanceBy(HOUR_MS);
    // The day's pause has only begun.
    expect(await details(`${order} stored`)).toEqual([]);
    await backend.advanceBy(DAY_MS);
    expect(await details(`${order} stored`)).toEqual(["6 receipt 2 Ann"]);
    expect(await details(`${order} finished`)).toEqual(["success 6 receipt 2 Ann"]);
    expect(await http.query(api.workflow.status, { id })).toBe("completed");
  });

  test("can be cancelled while it waits", async () => {
    const order = "order 2";
    const id = await http.mutation(api.workflow.start, { order });
    await backend.advanceBy(5 * MINUTE_MS);
    await http.mutation(api.workflow.cancel, { id });
    await backend.advanceBy(2 * DAY_MS);
    expect(await http.query(api.workflow.status, { id })).toBe("canceled");
    expect(await details(`${order} finished`)).toEqual(["canceled"]);
    expect(await details(`${order} stored`)).toEqual([]);
  });
});

describe("action retrier", () => {
  test("repeats until the action succeeds", async () => {
    const id = await http.mutation(api.retrier.run, { kind: "retried", succeedOn: 2 });
    expect(await http.query(api.retrier.status, { id })).toBe("inProgress");
    await backend.advanceBy(5 * MINUTE_MS);
    expect((await events("retried")).length).toBe(2);
    expect(await details(id)).toEqual(["success succeeded on 2"]);
    expect(await http.query(api.retrier.status, { id })).toBe("completed");
  });

  test("stops after the most failures allowed, and when cancelled", async () => {
    const failing = await http.mutation(api.retrier.run, { kind: "hopeless", succeedOn: 99 });
    await backend.advanceBy(10 * MINUTE_MS);
    expect((await events("hopeless")).length).toBe(3);
    expect(await details(failing)).toEqual(["failed"]);
    const cancelled = await http.mutation(api.retrier.run, { kind: "cancelled", succeedOn: 99 });
    await http.mutation(api.retrier.cancel, { id: cancelled });
    await backend.advanceBy(10 * MINUTE_MS);
    expect((await events("cancelled")).length).toBeLessThanOrEqual(1);
    expect(await details(cancelled)).toEqual(["canceled"]);
  });
});

describe("migrations", () => {
  test("run in batches, in order, once, and may be tried without effect", async () => {
    await http.mutation(api.migrations.fill, { count: 25 });
    const dry = await backend.client.run("migrations:run", { fn: "migrations:addLabels", dryRun: true });
    expect(JSON.stringify(dry)).toContain("DRY RUN");
    expect((await http.query(api.migrations.items, {})).filter(({ label }) => label !== null)).toEqual([]);
    await backend.client.run("migrations:runAll", {});
    await backend.advanceBy(MINUTE_MS);
    const items = await http.query(api.migrations.items, {});
    expect(items.length).toBe(25);
    expect(items[7]).toEqual({ name: "007", points: 14, label: "item 007" });
    expect(await http.query(api.migrations.status, {})).toEqual(
      expect.arrayContaining([
        { name: "migrations:addLabels", state: "success", processed: 25 },
        { name: "migrations:doublePoints", state: "success", processed: 25 },
      ]),
    );
    await backend.client.run("migrations:runAll", {});
    await backend.advanceBy(MINUTE_MS);
    expect((await http.query(api.migrations.items, {}))[7]?.points).toBe(14);
  });

  test("one that breaks is reported and changes nothing", async () => {
    const answer = await backend.client.run("migrations:run", { fn: "migrations:breaks" });
    expect(answer).toMatchObject({ Status: expect.stringContaining("This migration breaks") as string, processed: 0 });
    expect((await http.query(api.migrations.items, {}))[7]?.label).toBe("item 007");
  });
});

describe("prosemirror-sync", () => {
  const schema = new Schema({
    nodes: { doc: { content: "paragraph+" }, paragraph: { content: "text*" }, text: {} },
  });
  const paragraph = (text: string) =>
    schema.node("doc", null, [schema.node("paragraph", null, text === "" ? [] : [schema.text(text)])]);
  const insertion = (text: string, at: number, added: string) =>
    new Transform(paragraph(text)).insert(at, schema.text(added)).steps.map((step) => JSON.stringify(step.toJSON()));

  test("two writers at one version: the second rebases on the first one's steps", async () => {
    const id = "shared";
    await http.mutation(api.documents.submitSnapshot, {
      id,
      version: 1,
      content: JSON.stringify(paragraph("middle").toJSON()),
    });
    expect(await http.query(api.documents.latestVersion, { id })).toBe(1);
    const before = insertion("middle", 1, "start ");
    const after = insertion("middle", 7, " end");
    const ann = await http.mutation(api.documents.submitSteps, { id, version: 1, clientId: "ann", steps: before });
    expect(ann).toEqual({ status: "synced" });
    const ben = await http.mutation(api.documents.submitSteps, { id, version: 1, clientId: "ben", steps: after });
    expect(ben).toEqual({ status: "needs-rebase", steps: before, clientIds: ["ann"] });
    const rebased = insertion("start middle", 13, " end");
    expect(await http.mutation(api.documents.submitSteps, { id, version: 2, clientId: "ben", steps: rebased })).toEqual(
      { status: "synced" },
    );
    const { steps, version } = await http.query(api.documents.getSteps, { id, version: 1 });
    expect([steps, version]).toEqual([[...before, ...rebased], 3]);
    expect(await http.mutation(api.documents.text, { id })).toEqual({ text: "start middle end", version: 3 });
  });

  test("the server changes it too, and a snapshot follows", async () => {
    expect(await http.mutation(api.documents.append, { id: "shared", text: "!" })).toBe("start middle end!");
    const snapshot = await http.query(api.documents.getSnapshot, { id: "shared" });
    expect(snapshot).toMatchObject({ version: 4 });
    expect(await details("shared snapshot")).toEqual(["1"]);
  });

  test("a refused writer changes nothing", async () => {
    const content = JSON.stringify(paragraph("x").toJSON());
    await expect(http.mutation(api.documents.submitSnapshot, { id: "read only", version: 1, content })).rejects.toThrow(
      "may not be changed",
    );
    expect(await http.query(api.documents.getSnapshot, { id: "read only" })).toEqual({ content: null });
  });
});

test("aggregate: counts, sums and ranks without reading the rows", async () => {
  await http.mutation(api.counts.add, { name: "counted", points: [5, 1, 4, 2, 3, 100] });
  await backend.advanceBy(MINUTE_MS);
  expect(await http.query(api.counts.summary, { upTo: 4 })).toEqual({ count: 4, sum: 10, median: 4 });
  expect(await http.mutation(api.counts.removeLowest, {})).toBe(1);
  await backend.advanceBy(MINUTE_MS);
  expect(await http.query(api.counts.summary, { upTo: 4 })).toEqual({ count: 3, sum: 9, median: 4 });
});

test("presence: who is here, who left, who fell silent", async () => {
  const beat = (userId: string) =>
    http.mutation(api.rooms.heartbeat, { roomId: "room", userId, sessionId: `${userId}'s tab`, interval: 10_000 });
  const ann = await beat("ann");
  const ben = await beat("ben");
  const present = async () =>
    (await http.query(api.rooms.present, { roomToken: ann.roomToken })).filter(({ online }) => online);
  expect((await present()).map(({ userId }) => userId).sort()).toEqual(["ann", "ben"]);
  await http.mutation(api.rooms.leave, { sessionToken: ben.sessionToken });
  expect(await present()).toEqual([{ userId: "ann", online: true }]);
  await backend.advanceBy(MINUTE_MS);
  expect(await present()).toEqual([]);
});

test("rate limiter: a fixed window and a token bucket refill by the clock", async () => {
  const take = (name: "window" | "bucket", count?: number) => http.mutation(api.rooms.take, { name, key: "k", count });
  expect([(await take("window")).ok, (await take("window")).ok, (await take("window")).ok]).toEqual([
    true,
    true,
    false,
  ]);
  await backend.advanceBy(2 * MINUTE_MS);
  expect((await take("window")).ok).toBe(true);
  expect((await take("bucket", 3)).ok).toBe(true);
  const refused = await take("bucket", 2);
  expect(refused.ok).toBe(false);
  expect(refused.retryAfter).toBeLessThanOrEqual(2000);
  await backend.advanceBy(refused.retryAfter ?? 0);
  expect((await take("bucket", 2)).ok).toBe(true);
});
