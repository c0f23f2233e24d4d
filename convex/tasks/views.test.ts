import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { NOON } from "../../tests/support/delivery";
import { errorOf, makeMember, makeOrg } from "../../tests/support/members";
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";

const HOUR = 3_600_000;
const { create, change, progress } = api.tasks.mutations;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function withPeople() {
  const t = setupConvex();
  const orgId = await makeOrg(t);
  const manager = await makeMember(t, orgId, "manager");
  const technician = await makeMember(t, orgId, "technician", "tom");
  const viewer = await makeMember(t, orgId, "viewer", "vera");
  const add = async (title: string, more: { assigneeId?: Id<"members">; dueAt?: number } = {}) => {
    const task = { orgId, title, description: "", taskType: "other", priority: "normal", ...more } as const;
    return await manager.as.mutation(create, task);
  };
  type View = "open" | "mine" | "overdue" | "completed" | "cancelled";
  const titles = async (as: typeof manager.as, view: View) => {
    const found: string[] = [];
    let cursor: string | null = null;
    for (let isDone = false; !isDone;) {
      const asked = { orgId, view, paginationOpts: { numItems: 2, cursor } };
      const page: { page: { title: string }[]; isDone: boolean; continueCursor: string } = await as.query(
        api.tasks.queries.inView,
        asked,
      );
      found.push(...page.page.map(({ title }) => title));
      ({ isDone, continueCursor: cursor } = page);
    }
    return found;
  };
  return { t, orgId, manager, technician, viewer, add, titles };
}

describe("the views of tasks", () => {
  it("show what waits in whatever status, the earliest due first, page by page", async () => {
    const { orgId, manager, technician, add, titles } = await withPeople();
    const late = await add("late", { dueAt: NOON - HOUR });
    const started = await add("started", { dueAt: NOON + HOUR, assigneeId: technician.memberId });
    const done = await add("done", { dueAt: NOON - 2 * HOUR });
    await add("soon", { dueAt: NOON + 2 * HOUR, assigneeId: technician.memberId });
    const dropped = await add("dropped");
    await manager.as.mutation(change, { orgId, taskId: started, status: "in_progress" });
    await manager.as.mutation(change, { orgId, taskId: late, status: "waiting" });
    await manager.as.mutation(change, { orgId, taskId: done, status: "completed" });
    await manager.as.mutation(change, { orgId, taskId: dropped, status: "cancelled" });
    expect(await titles(manager.as, "open")).toEqual(["late", "started", "soon"]);
    expect(await titles(manager.as, "overdue")).toEqual(["late"]);
    expect(await manager.as.query(api.tasks.queries.countLate, { orgId, minute: 0 })).toBe(1);
    expect(await titles(technician.as, "mine")).toEqual(["started", "soon"]);
    expect(await titles(manager.as, "mine")).toEqual([]);
    expect(await titles(manager.as, "completed")).toEqual(["done"]);
    expect(await titles(manager.as, "cancelled")).toEqual(["dropped"]);
    vi.setSystemTime(NOON + 90 * 60_000);
    expect(await titles(manager.as, "overdue")).toEqual(["late", "started"]);
  });
});

describe("a task of one's own", () => {
  it("is done by a technician, who changes nothing else and nobody else's", async () => {
    const { t, orgId, manager, technician, viewer, add, titles } = await withPeople();
    const mine = await add("mount it", { assigneeId: technician.memberId });
    const theirs = await add("not mine", { assigneeId: manager.memberId });
    const nobodys = await add("nobody's");
    const finish = { orgId, taskId: mine, status: "completed", completionNotes: "Hangs." } as const;
    await technician.as.mutation(progress, finish);
    const row = await t.run(async (ctx) => await ctx.db.get("tasks", mine));
    expect(row).toMatchObject({ status: "completed", completedAt: NOON, completionNotes: "Hangs." });
    expect(await titles(technician.as, "mine")).toEqual([]);
    for (const taskId of [theirs, nobodys]) {
      expect(await errorOf(technician.as.mutation(progress, { orgId, taskId, status: "completed" }))).toMatchObject({
        code: "forbidden",
      });
    }
    expect(await errorOf(technician.as.mutation(change, { orgId, taskId: mine, title: "x" }))).toMatchObject({
      code: "forbidden",
    });
    expect(await errorOf(viewer.as.mutation(progress, { ...finish, status: "open" }))).toMatchObject({
      code: "forbidden",
    });
  });

  it("takes another description, but none that is too long", async () => {
    const { t, orgId, manager, add } = await withPeople();
    const taskId = await add("measure");
    await manager.as.mutation(change, { orgId, taskId, description: "In the cellar" });
    expect(await t.run(async (ctx) => await ctx.db.get("tasks", taskId))).toMatchObject({
      description: "In the cellar",
    });
    const long = manager.as.mutation(change, { orgId, taskId, description: "x".repeat(5_001) });
    expect(await errorOf(long)).toMatchObject({ code: "invalid", field: "description" });
  });
});

describe("finding tasks", () => {
  it("has those with all the words, done ones too, for whoever may open what they are about", async () => {
    const { t, orgId, manager, technician, add } = await withPeople();
    const found = async (as: typeof manager.as, text: string) => {
      const asked = { orgId, text, paginationOpts: { numItems: 10, cursor: null } };
      return (await as.query(api.tasks.queries.find, asked)).page.map(({ title }) => title);
    };
    const taskId = await add("Segel flicken");
    await add("Segel bestellen");
    await manager.as.mutation(change, { orgId, taskId, status: "completed" });
    expect((await found(manager.as, "segel")).sort()).toEqual(["Segel bestellen", "Segel flicken"]);
    expect(await found(manager.as, "Flicken SEGEL")).toEqual(["Segel flicken"]);
    expect(await found(manager.as, "segel gibtesnicht")).toEqual([]);
    expect(await found(manager.as, "  ")).toEqual([]);
    await t.run(async (ctx) => {
      const usual = { threadType: "customer_support", priority: "normal", status: "open", channel: "email" } as const;
      const last = { lastMessageAt: NOON, lastMessagePreview: "", lastMessageType: "incoming" } as const;
      const thread = { orgId, number: 1, subject: "", isOpen: true, replyToken: "x", ...usual, ...last };
      const threadId = await ctx.db.insert("threads", { ...thread, tags: [], externalReferences: {} });
      await ctx.db.patch("tasks", taskId, { links: { queueIds: [], threadId } });
      await ctx.db.patch("members", technician.memberId, { scope: { channelIds: [], teamIds: [] } });
    });
    expect(await found(technician.as, "segel")).toEqual(["Segel bestellen"]);
    const other = await makeMember(t, await makeOrg(t, "Andere"), "admin", "fremd");
    expect(await errorOf(found(other.as, "segel"))).toMatchObject({ code: "not_found" });
  });
});
