import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation, NOON, runJobs, type Convex } from "../../../tests/support/delivery";
import { makeInbox, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import { DAY_MS, HOUR_MS } from "../../lib/time";
import { insertThread } from "../model/rows";

// Who reacts to a closed or assigned thread is tested where it lives.
vi.mock("../../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

const { bulk, mutations, queries } = api.inbox;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Fields = Partial<Pick<Doc<"threads">, "status" | "priority" | "tags" | "assigneeId" | "snoozedUntil" | "channel">>;

async function addThreads(t: Convex, orgId: Id<"organisations">, count: number, fields: (index: number) => Fields) {
  return await inMutation(t, async (ctx) => {
    const ids: Id<"threads">[] = [];
    for (let index = 0; index < count; index++) {
      const thread = await insertThread(ctx, {
        orgId,
        subject: `Frage ${index}`,
        threadType: "customer_support",
        priority: "normal",
        status: "open",
        channel: "email",
        lastMessageAt: NOON - index,
        lastMessagePreview: "Hallo",
        lastMessageType: "incoming",
        tags: [],
        externalReferences: {},
        ...fields(index),
      });
      ids.push(thread._id);
    }
    return ids;
  });
}

async function setup(count: number, fields: (index: number) => Fields = () => ({})) {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { orgId, as } = inbox;
  const ids = await addThreads(t, orgId, count, fields);
  // What people see and count by, in the order of the threads' numbers.
  const places = async () =>
    (await rows(t, "threads")).map(({ status, isOpen, assigneeId, priority, tags, snoozedUntil }) => {
      return { status, isOpen, assigneeId, priority, tags, snoozedUntil };
    });
  const counts = async () => await as.query(queries.counts, { orgId });
  const progress = async (operationId: Id<"bulkOperations">) =>
    await as.query(bulk.queries.get, { orgId, operationId });
  return { ...inbox, t, ids, places, counts, progress };
}

describe("200 threads", () => {
  it("are closed in batches, show how far it is, and are undone to what they were", async () => {
    const { t, as, orgId, memberId, ids, places, counts, progress } = await setup(200, (index) => ({
      status: index % 3 === 0 ? "waiting_customer" : "open",
      channel: index % 2 === 0 ? "email" : "sms",
      ...(index % 5 === 0 ? { snoozedUntil: index % 2 === 0 ? null : NOON + DAY_MS } : {}),
    }));
    const before = { places: await places(), counts: await counts() };
    const target = { kind: "threads" as const, threadIds: ids };
    const order = { orgId, target, status: "closed" as const, clientId: "order-1" };
    const operationId = await as.mutation(bulk.mutations.setStatus, order);
    expect(await progress(operationId)).toMatchObject({ state: "running", total: 200, seen: 40, changed: 40 });
    // The browser asks again, because it did not hear the answer.
    expect(await as.mutation(bulk.mutations.setStatus, order)).toBe(operationId);
    await runJobs(t);
    expect(await progress(operationId)).toMatchObject({ state: "done", seen: 200, changed: 200, refused: 0 });
    expect((await places()).every(({ isOpen, status }) => !isOpen && status === "closed")).toBe(true);
    expect(await counts()).toMatchObject({ all: 0, email: 0, sms: 0, unassigned: 0 });

    await as.mutation(bulk.mutations.undo, { orgId, operationId });
    expect(await progress(operationId)).toMatchObject({ state: "undoing", undone: 40 });
    await runJobs(t);
    expect(await progress(operationId)).toMatchObject({ state: "undone", undone: 200 });
    expect(await places()).toEqual(before.places);
    expect(await counts()).toEqual(before.counts);
    await as.mutation(bulk.mutations.undo, { orgId, operationId });
    const audit = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(1_000));
    const actions = audit.map(({ action }) => action);
    expect(actions.filter((action) => action === "thread.status_changed")).toHaveLength(400);
    expect(actions.filter((action) => action.startsWith("threads.bulk"))).toEqual([
      "threads.bulk_ordered",
      "threads.bulk_undone",
    ]);
    expect(audit.every(({ actor }) => actor.kind !== "member" || actor.memberId === memberId)).toBe(true);
  });

  it("are stopped midway by undo: those not reached stay as they are", async () => {
    const { t, as, orgId, ids, places, progress } = await setup(60);
    const target = { kind: "threads" as const, threadIds: ids };
    const asked = { orgId, target, priority: "urgent" as const, clientId: "order-1" };
    const operationId = await as.mutation(bulk.mutations.setPriority, asked);
    await as.mutation(bulk.mutations.undo, { orgId, operationId });
    await runJobs(t);
    expect((await places()).map(({ priority }) => priority)).toEqual(ids.map(() => "normal"));
    expect(await progress(operationId)).toMatchObject({ state: "undone", changed: 40, undone: 40 });
  });
});

describe("all matching", () => {
  it("takes the filter's threads and no others, also those beyond the first page", async () => {
    const { t, as, orgId, memberId, places, progress } = await setup(130, (index) => ({
      priority: index % 2 === 0 ? "high" : "low",
      tags: index % 4 === 0 ? ["Kurs"] : [],
    }));
    const filter = { view: "all" as const, priority: "high" as const, tag: "Kurs" };
    const target = { kind: "matching" as const, filter };
    const asked = { orgId, target, assigneeId: memberId, clientId: "order-1" };
    expect(await as.query(bulk.queries.countMatching, { orgId, ...filter })).toEqual({ count: 33, isMore: false });
    const operationId = await as.mutation(bulk.mutations.assign, asked);
    const late = await addThreads(t, orgId, 1, () => ({ priority: "high", tags: ["Kurs"] }));
    await runJobs(t);
    expect(await progress(operationId)).toMatchObject({ state: "done", total: null, changed: 33 });
    const assigned = (await places()).filter(({ assigneeId }) => assigneeId === memberId);
    expect(assigned).toHaveLength(33);
    expect(assigned.every(({ tags, priority }) => tags.includes("Kurs") && priority === "high")).toBe(true);
    expect((await t.run(async (ctx) => await ctx.db.get("threads", late[0]!)))!.assigneeId).toBeUndefined();
  });

  it("closes a whole view, whose threads leave it while the job walks through", async () => {
    const { t, as, orgId, counts } = await setup(101);
    const target = { kind: "matching" as const, filter: { view: "unassigned" as const } };
    const asked = { orgId, target, status: "resolved" as const, clientId: "order-1" };
    await as.mutation(bulk.mutations.setStatus, asked);
    await runJobs(t);
    expect(await counts()).toMatchObject({ all: 0 });
  });
});

describe("undo", () => {
  it("leaves alone what somebody changed since", async () => {
    const { t, as, orgId, ids, places } = await setup(3);
    const target = { kind: "threads" as const, threadIds: ids };
    const asked = { orgId, target, status: "closed" as const, clientId: "order-1" };
    const operationId = await as.mutation(bulk.mutations.setStatus, asked);
    await as.mutation(mutations.setStatus, { orgId, threadId: ids[1]!, status: "escalated" });
    await as.mutation(bulk.mutations.undo, { orgId, operationId });
    await runJobs(t);
    expect((await places()).map(({ status }) => status)).toEqual(["open", "escalated", "open"]);
  });

  it("brings back tags, assignees and what was unread", async () => {
    const { t, as, orgId, memberId, ids, places } = await setup(3, (index) => ({ tags: index === 0 ? ["Kurs"] : [] }));
    const target = { kind: "threads" as const, threadIds: ids };
    await as.mutation(mutations.assign, { orgId, threadId: ids[2]!, assigneeId: memberId });
    await as.mutation(mutations.markRead, { orgId, threadId: ids[2]! });
    const before = await places();
    const unread = async () => {
      const paginationOpts = { numItems: 20, cursor: null };
      const { page } = await as.query(queries.listThreads, { orgId, view: "all", isUnread: true, paginationOpts });
      return page.map(({ id }) => ids.indexOf(id));
    };
    expect(await unread()).toEqual([0, 1]);
    const orders = [
      await as.mutation(bulk.mutations.setTag, { orgId, target, tag: " Kurs ", isOn: true, clientId: "a" }),
      await as.mutation(bulk.mutations.assign, { orgId, target, assigneeId: null, clientId: "b" }),
      await as.mutation(bulk.mutations.markRead, { orgId, target, clientId: "c" }),
    ];
    expect((await places()).map(({ tags, assigneeId }) => [tags, assigneeId])).toEqual(
      ids.map(() => [["Kurs"], undefined]),
    );
    expect(await unread()).toEqual([]);
    for (const operationId of orders) await as.mutation(bulk.mutations.undo, { orgId, operationId });
    await runJobs(t);
    expect(await places()).toEqual(before);
    expect(await unread()).toEqual([0, 1]);
  });

  it("brings back what was read, spam, and whose it was", async () => {
    const { t, as, orgId, memberId, ids, places } = await setup(3);
    const teamId = await inMutation(t, async (ctx) => {
      const fields = { orgId, name: "Werkstatt", mode: "balanced", onlyOnline: false, isArchived: false } as const;
      return await ctx.db.insert("teams", fields);
    });
    const target = { kind: "threads" as const, threadIds: ids };
    await as.mutation(mutations.assign, { orgId, threadId: ids[0]!, assigneeId: memberId });
    await as.mutation(bulk.mutations.markRead, { orgId, target, clientId: "0" });
    const before = await places();
    const teams = async () => (await rows(t, "threads")).map((row) => row.teamId);
    const unread = async () => {
      const paginationOpts = { numItems: 20, cursor: null };
      return (await as.query(queries.listThreads, { orgId, view: "all", isUnread: true, paginationOpts })).page.length;
    };
    const orders = [
      await as.mutation(bulk.mutations.markUnread, { orgId, target, clientId: "a" }),
      await as.mutation(bulk.mutations.assignTeam, { orgId, target, teamId, clientId: "b" }),
    ];
    expect(await unread()).toBe(3);
    expect(await teams()).toEqual([teamId, teamId, teamId]);
    orders.push(await as.mutation(bulk.mutations.markSpam, { orgId, target, clientId: "c" }));
    expect((await rows(t, "threads")).every(({ isSpam, isOpen }) => isSpam === true && !isOpen)).toBe(true);
    for (const operationId of orders.reverse()) await as.mutation(bulk.mutations.undo, { orgId, operationId });
    expect(await places()).toEqual(before);
    expect(await unread()).toBe(0);
    expect(await teams()).toEqual([undefined, undefined, undefined]);
  });

  it("makes those unread again that were made unread by hand", async () => {
    const { as, orgId, ids } = await setup(1);
    const target = { kind: "threads" as const, threadIds: ids };
    await as.mutation(mutations.markRead, { orgId, threadId: ids[0]! });
    await as.mutation(bulk.mutations.markUnread, { orgId, target, clientId: "a" });
    const operationId = await as.mutation(bulk.mutations.markRead, { orgId, target, clientId: "b" });
    const isUnread = async () => (await as.query(queries.getThread, { orgId, threadId: ids[0]! })).isUnread;
    expect(await isUnread()).toBe(false);
    await as.mutation(bulk.mutations.undo, { orgId, operationId });
    expect(await isUnread()).toBe(true);
  });

  it("is possible for a day", async () => {
    const { t, as, orgId, ids } = await setup(2);
    const target = { kind: "threads" as const, threadIds: ids };
    const asked = { orgId, target, status: "closed" as const, clientId: "order-1" };
    const operationId = await as.mutation(bulk.mutations.setStatus, asked);
    vi.setSystemTime(NOON + DAY_MS - HOUR_MS);
    await t.mutation(internal.inbox.bulk.jobs.prune, {});
    expect(await as.query(bulk.queries.get, { orgId, operationId })).toMatchObject({ state: "done" });
    vi.setSystemTime(NOON + DAY_MS + HOUR_MS);
    await t.mutation(internal.inbox.bulk.jobs.prune, {});
    expect(await errorOf(as.mutation(bulk.mutations.undo, { orgId, operationId }))).toMatchObject({
      code: "not_found",
    });
    expect(await t.run(async (ctx) => await ctx.db.query("bulkChanges").first())).toBeNull();
  });
});

describe("an order", () => {
  it("is refused for strangers' threads, nothing chosen, and members who cannot take them", async () => {
    const { t, as, orgId, ids } = await setup(1);
    const otherOrg = await makeOrg(t, "Andere");
    const [foreign] = await addThreads(t, otherOrg, 1, () => ({}));
    const suspended = await makeMember(t, orgId, "agent", "weg");
    await t.run(async (ctx) => await ctx.db.patch("members", suspended.memberId, { status: "suspended" }));
    const close = async (threadIds: Id<"threads">[]) =>
      await errorOf(
        as.mutation(bulk.mutations.setStatus, {
          orgId,
          target: { kind: "threads", threadIds },
          status: "closed",
          clientId: crypto.randomUUID(),
        }),
      );
    expect(await close([ids[0]!, foreign!])).toMatchObject({ code: "not_found" });
    expect(await close([])).toMatchObject({ code: "invalid", field: "threadIds" });
    expect((await rows(t, "threads")).every(({ isOpen }) => isOpen)).toBe(true);
    const target = { kind: "threads" as const, threadIds: ids };
    const give = { orgId, target, assigneeId: suspended.memberId, clientId: "order-2" };
    expect(await errorOf(as.mutation(bulk.mutations.assign, give))).toMatchObject({ code: "invalid" });
    const technician = await makeMember(t, orgId, "technician", "tim");
    const take = { ...give, assigneeId: technician.memberId };
    expect(await errorOf(technician.as.mutation(bulk.mutations.assign, take))).toMatchObject({ code: "forbidden" });
  });

  it("ends when whoever gave it leaves the organisation; it is nobody else's", async () => {
    const { t, orgId, ids, places } = await setup(60);
    const agent = await makeMember(t, orgId, "agent", "ana");
    const target = { kind: "threads" as const, threadIds: ids };
    const asked = { orgId, target, status: "closed" as const, clientId: "order-1" };
    const operationId = await agent.as.mutation(bulk.mutations.setStatus, asked);
    const other = await makeMember(t, orgId, "agent", "ben");
    expect(await errorOf(other.as.mutation(bulk.mutations.undo, { orgId, operationId }))).toMatchObject({
      code: "not_found",
    });
    await t.run(async (ctx) => await ctx.db.patch("members", agent.memberId, { status: "suspended" }));
    await runJobs(t);
    expect((await places()).filter(({ isOpen }) => isOpen)).toHaveLength(20);
    expect((await t.run(async (ctx) => await ctx.db.get("bulkOperations", operationId)))!.state).toBe("stopped");
  });
});

describe("chosen threads", () => {
  it("are put off together and brought back by undo; closed ones are refused", async () => {
    const until = NOON + DAY_MS;
    const { as, orgId, ids, places, counts, progress } = await setup(3, (index) => ({
      ...(index === 1 ? { snoozedUntil: NOON + HOUR_MS } : {}),
      ...(index === 2 ? { status: "closed" as const } : {}),
    }));
    const before = { places: await places(), counts: await counts() };
    const target = { kind: "threads" as const, threadIds: ids };
    // Time stands still: what is put off would come back by itself.
    const operationId = await as.mutation(bulk.mutations.snooze, { orgId, target, until, clientId: "s1" });
    expect(await progress(operationId)).toMatchObject({ changed: 2, refused: 1 });
    expect((await places()).map(({ snoozedUntil }) => snoozedUntil)).toEqual([until, until, undefined]);
    expect(await counts()).toMatchObject({ all: 0 });
    await as.mutation(bulk.mutations.undo, { orgId, operationId });
    expect(await places()).toEqual(before.places);
    expect(await counts()).toEqual(before.counts);
    const past = { orgId, target, until: NOON - 1, clientId: "s2" };
    const refused = await as.mutation(bulk.mutations.snooze, past);
    expect(await progress(refused)).toMatchObject({ changed: 0, refused: 3 });
  });

  it("get one type together; undo leaves what somebody changed since", async () => {
    const { t, as, orgId, ids, progress } = await setup(2);
    const target = { kind: "threads" as const, threadIds: ids };
    const order = { orgId, target, threadType: "complaint" as const, clientId: "t1" };
    const operationId = await as.mutation(bulk.mutations.setType, order);
    await runJobs(t);
    const types = async () => (await rows(t, "threads")).map(({ threadType }) => threadType);
    expect(await types()).toEqual(["complaint", "complaint"]);
    await as.mutation(mutations.change, { orgId, threadId: ids[1]!, threadType: "sales_inquiry" });
    await as.mutation(bulk.mutations.undo, { orgId, operationId });
    await runJobs(t);
    expect(await types()).toEqual(["customer_support", "sales_inquiry"]);
    expect(await progress(operationId)).toMatchObject({ state: "undone", undone: 1 });
  });
});

describe("following many", () => {
  it("is for whoever orders it alone, of all that match too, and is undone as it was", async () => {
    const { t, orgId, as, ids } = await setup(50);
    const following = async () => {
      const marks = await t.run(async (ctx) => await ctx.db.query("readMarks").take(200));
      return marks.filter(({ isFollowing }) => isFollowing === true).length;
    };
    const [first] = ids;
    if (first === undefined) throw new Error("There are conversations");
    await as.mutation(api.inbox.personal.mutations.set, { orgId, threadId: first, isFollowing: true });
    const target = { kind: "matching", filter: { view: "all" } } as const;
    const operationId = await as.mutation(bulk.mutations.follow, { orgId, clientId: "f", target, isOn: true });
    await runJobs(t);
    expect(await following()).toBe(50);
    expect(await as.query(bulk.queries.get, { orgId, operationId })).toMatchObject({ state: "done", changed: 49 });
    await as.mutation(bulk.mutations.undo, { orgId, operationId });
    await runJobs(t);
    expect(await following()).toBe(1);
    const one = { kind: "threads" as const, threadIds: [first] };
    await as.mutation(bulk.mutations.follow, { orgId, clientId: "u", target: one, isOn: false });
    expect(await following()).toBe(0);
  });
});
