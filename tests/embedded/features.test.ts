import { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api } from "../fixtures/project/convex/_generated/api.js";
import type { Id } from "../fixtures/project/convex/_generated/dataModel.js";
import { FIXTURE_PROJECT, startTestBackend, type TestBackend } from "../support/backend.ts";

const START_MS = Date.parse("2026-10-20T08:00:00Z");
const HOUR_MS = 3_600_000;

let backend: TestBackend;
let http: ConvexHttpClient;

beforeAll(async () => {
  backend = await startTestBackend({ project: FIXTURE_PROJECT, testClock: { startMs: START_MS } });
  http = new ConvexHttpClient(backend.cloudUrl);
});

afterAll(() => backend.stop());

describe("HTTP actions", () => {
  test("are served on the site port, and under /http on the first", async () => {
    for (const base of [backend.siteUrl, `${backend.cloudUrl}/http`]) {
      const response = await fetch(`${base}/hello?name=Ann`);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("text/plain");
      expect(await response.text()).toBe("Hello, Ann");
    }
  });

  test("read bodies, run mutations, stream, fail and miss as Convex does", async () => {
    const posted = await fetch(`${backend.siteUrl}/messages`, {
      method: "POST",
      body: JSON.stringify({ channel: "posted", body: "by HTTP" }),
    });
    expect(posted.status).toBe(201);
    expect(await http.query(api.messages.list, { channel: "posted" })).toEqual([{ body: "by HTTP", number: 1 }]);
    expect(await (await fetch(`${backend.siteUrl}/stream/x`)).text()).toBe("one two");
    const broken = await fetch(`${backend.siteUrl}/broken`);
    expect(broken.status).toBe(500);
    expect(await broken.text()).toContain("Broken route");
    const missing = await fetch(`${backend.siteUrl}/nowhere`);
    expect([missing.status, await missing.text()]).toEqual([404, "No matching routes found"]);
  });
});

describe("scheduler and crons under the test clock", () => {
  const events = (kind: string) => http.query(api.jobs.events, { kind });

  test("a scheduled function runs at its instant, not before; a cancelled one never", async () => {
    const now = await backend.nowMs();
    await http.mutation(api.jobs.scheduleIn, { kind: "later", delayMs: 2 * HOUR_MS });
    const cancelled = await http.mutation(api.jobs.scheduleIn, { kind: "cancelled", delayMs: HOUR_MS });
    await http.mutation(api.jobs.cancel, { id: cancelled });
    await backend.advanceTo(now + 2 * HOUR_MS - 1);
    expect(await events("later")).toEqual([]);
    await backend.advanceTo(now + 2 * HOUR_MS);
    expect(await events("later")).toEqual([now + 2 * HOUR_MS]);
    await backend.advanceBy(HOUR_MS);
    expect(await events("cancelled")).toEqual([]);
  });

  test("an hourly cron runs once an hour", async () => {
    const before = (await events("tick")).length;
    await backend.advanceBy(3 * HOUR_MS);
    expect((await events("tick")).length).toBe(before + 3);
  });

  test("after a kill the clock stands where it was, and what fell due meanwhile runs", async () => {
    const now = await backend.nowMs();
    await http.mutation(api.jobs.scheduleIn, { kind: "after the kill", delayMs: HOUR_MS });
    await backend.killAndRestart();
    expect(await backend.nowMs()).toBe(now);
    await backend.advanceBy(HOUR_MS);
    expect(await events("after the kill")).toEqual([now + HOUR_MS]);
  });

  test("time goes forward only", async () => {
    await expect(backend.advanceBy(-1)).rejects.toThrow("never goes back");
  });
});

describe("file storage", () => {
  test("upload, metadata, whole and partial download, deletion", async () => {
    const uploadUrl = await http.mutation(api.storage.uploadUrl, {});
    const uploaded = await fetch(uploadUrl, {
      method: "POST",
      body: "hello file",
      headers: { "Content-Type": "text/plain" },
    });
    const { storageId } = (await uploaded.json()) as { storageId: Id<"_storage"> };
    await http.mutation(api.storage.save, { storageId, name: "greeting" });
    const [file] = await http.query(api.storage.list, {});
    expect(file).toMatchObject({ name: "greeting", size: 10 });
    const url = file?.url ?? "";
    const whole = await fetch(url);
    expect([await whole.text(), whole.headers.get("content-type")]).toEqual(["hello file", "text/plain"]);
    const part = await fetch(url, { headers: { Range: "bytes=6-9" } });
    expect([part.status, await part.text()]).toEqual([206, "file"]);
    await http.mutation(api.storage.remove, { storageId });
    expect((await fetch(url)).status).toBe(404);
  });

  test("an action stores and reads back", async () => {
    expect(await http.action(api.storage.store, { text: "from an action" })).toBe("from an action");
  });

  test("an upload without a valid token is refused", async () => {
    const response = await fetch(`${backend.cloudUrl}/api/storage/upload?token=x`, { method: "POST", body: "x" });
    expect(response.status).toBe(401);
  });
});

describe("components", () => {
  test("the rate limiter limits, and its window follows the clock", async () => {
    const limited = () => http.mutation(api.components.limited, { key: "k" });
    expect([await limited(), await limited(), await limited()]).toEqual([true, true, false]);
    await backend.advanceBy(2 * 60_000);
    expect(await limited()).toBe(true);
  });

  test("the aggregate counts", async () => {
    for (let number = 1; number <= 20; number++) {
      await http.mutation(api.components.sendCounted, { channel: "counted", number });
    }
    await backend.advanceBy(60_000);
    expect(await http.query(api.components.countUpTo, { number: 7 })).toBe(7);
  });

  test("presence sees who is here and notices who left", async () => {
    const beat = { roomId: "room", userId: "ann", sessionId: "tab", interval: 10_000 };
    const tokens = await http.mutation(api.components.heartbeat, beat);
    const present = () => http.query(api.components.whoIsHere, { roomToken: tokens.roomToken });
    expect(await present()).toEqual([{ userId: "ann", online: true }]);
    await backend.advanceBy(60_000);
    expect(await present()).toEqual([{ userId: "ann", online: false }]);
  });
});
