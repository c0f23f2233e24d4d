import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON, inMutation, runJobs } from "../../../tests/support/delivery";
import { makeInbox, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import { insertThread } from "../../inbox/model/rows";
import { HOUR_MS } from "../../lib/time";

const { create } = api.collab.tasks.mutations;
const { list } = api.collab.tasks.queries;
const { unread } = api.notifications.queries;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function withThreads() {
  const t = setupConvex();
  const { orgId, contactId, as } = await makeInbox(t);
  const make = async (subject: string) =>
    await inMutation(t, async (ctx) => {
      const kind = { threadType: "customer_support", priority: "normal", status: "open", channel: "email" } as const;
      const words = { subject, lastMessagePreview: "Hallo", lastMessageType: "incoming" } as const;
      const rest = { lastMessageAt: NOON, tags: [], externalReferences: {}, contactId };
      return (await insertThread(ctx, { orgId, ...kind, ...words, ...rest }))._id;
    });
  const [first, second] = [await make("Kurs"), await make("Rechnung")];
  const bert = await makeMember(t, orgId, "agent", "bert");
  const task = { orgId, threadId: first, title: "Anrufen", taskType: "callback", priority: "normal" } as const;
  const titles = async (threadId: typeof first) =>
    (await as.query(list, { orgId, threadId })).map(({ title }) => title);
  return { t, as, orgId, contactId, first, second, bert, task, titles };
}

describe("tasks of a conversation", () => {
  it("stand in it by due time, the done ones last, and in its timeline", async () => {
    const { t, as, orgId, first, task, titles, contactId } = await withThreads();
    const taskId = await as.mutation(create, { ...task, dueAt: NOON + HOUR_MS });
    await as.mutation(create, { ...task, title: "Zuerst", dueAt: NOON + 1 });
    await as.mutation(create, { ...task, title: "Irgendwann" });
    expect(await titles(first)).toEqual(["Zuerst", "Anrufen", "Irgendwann"]);
    const done = { orgId, taskId, status: "completed", completionNotes: "Kommt morgen" } as const;
    await as.mutation(api.tasks.mutations.change, done);
    await as.mutation(api.tasks.mutations.change, done);
    expect(await titles(first)).toEqual(["Zuerst", "Irgendwann", "Anrufen"]);
    await runJobs(t);
    const lines = (await rows(t, "messages")).map(({ text }) => text);
    expect(lines.filter((text) => text.startsWith("Aufgabe erledigt"))).toEqual([
      "Aufgabe erledigt: Anrufen\nKommt morgen",
    ]);
    expect(lines).toContain("Aufgabe: Zuerst");
    const [row] = await as.query(list, { orgId, threadId: first });
    expect(row).toMatchObject({ links: { threadId: first, contactId }, status: "open" });
  });

  it("are due within the hours the organisation chose for their priority, whoever may choose them", async () => {
    const { t, as, orgId, bert, task, first } = await withThreads();
    const hours = { critical: 1, urgent: 2, high: 8, normal: 16, low: 80 };
    const { set } = api.tasks.due.mutations;
    expect(await errorOf(bert.as.mutation(set, { orgId, ...hours }))).toMatchObject({ code: "forbidden" });
    const odd = as.mutation(set, { orgId, ...hours, normal: 17 });
    expect(await errorOf(odd)).toMatchObject({ code: "invalid", field: "normal" });
    await as.mutation(set, { orgId, ...hours });
    await as.mutation(set, { orgId, ...hours, normal: 40 });
    expect(await bert.as.query(api.tasks.due.queries.get, { orgId })).toEqual({ ...hours, normal: 40 });
    await as.mutation(create, { ...task, priority: "urgent" });
    const [made] = await as.query(list, { orgId, threadId: first });
    expect(made?.dueAt).toBe(NOON + 2 * HOUR_MS);
    const changes = (await rows(t, "auditEntries")).filter(({ action }) => action === "task_due_hours.changed");
    expect(changes.map(({ details }) => details)).toEqual([hours, { ...hours, normal: 40 }]);
  });

  it("are due by priority where nobody gave a time, and about one of the customer's orders", async () => {
    const { t, as, orgId, first, task, contactId } = await withThreads();
    const order = async (number: string, owner: typeof contactId) =>
      await t.run((ctx) => ctx.db.insert("orders", { orgId, contactId: owner, number, key: number, status: "offen" }));
    const stranger = await t.run(async (ctx) => {
      const { _id, _creationTime, ...fields } = (await ctx.db.get("contacts", contactId))!;
      expect([_id, _creationTime]).toHaveLength(2);
      return await ctx.db.insert("contacts", { ...fields, name: "Fremd" });
    });
    const [own, theirs] = [await order("4711", contactId), await order("9", stranger)];
    const urgentId = await as.mutation(create, { ...task, priority: "urgent", orderId: own });
    const calmId = await as.mutation(create, { ...task, dueAt: null });
    const shown = async (id: typeof urgentId) =>
      (await as.query(list, { orgId, threadId: first })).find((row) => row.id === id);
    expect((await shown(urgentId))?.dueAt).toBeGreaterThan(NOON);
    expect(await shown(urgentId)).toMatchObject({
      links: { orderId: own },
      order: { number: "4711", status: "offen" },
    });
    expect(await shown(calmId)).not.toHaveProperty("dueAt");
    expect((await shown(calmId))?.order).toBeNull();
    expect(await as.query(api.collab.tasks.queries.orders, { orgId, threadId: first })).toEqual([
      { id: own, number: "4711", status: "offen" },
    ]);
    const choices = await as.query(api.tasks.queries.orders, { orgId, taskId: calmId });
    expect(choices).toEqual([{ id: own, number: "4711", status: "offen" }]);
    const change = api.tasks.mutations.change;
    const wrong = as.mutation(change, { orgId, taskId: calmId, orderId: theirs });
    expect(await errorOf(wrong)).toMatchObject({ code: "not_found", field: "orderId" });
    expect(await errorOf(as.mutation(create, { ...task, orderId: theirs }))).toMatchObject({ field: "orderId" });
    await as.mutation(change, { orgId, taskId: urgentId, orderId: null });
    expect((await shown(urgentId))?.order).toBeNull();
  });

  it("go along when it is merged, and stay with it when that is undone", async () => {
    const { as, orgId, first, second, task, titles } = await withThreads();
    await as.mutation(create, task);
    const merge = { orgId, sourceIds: [first], targetId: second };
    const mergeIds = await as.mutation(api.inbox.merges.mutations.merge, merge);
    expect([await titles(first), await titles(second)]).toEqual([["Anrufen"], ["Anrufen"]]);
    await as.mutation(api.inbox.merges.mutations.undo, { orgId, mergeIds });
    expect([await titles(first), await titles(second)]).toEqual([["Anrufen"], []]);
  });

  it("remind whoever does them, once, and not after they are done or put off", async () => {
    const { t, as, orgId, bert, task } = await withThreads();
    const due = { dueAt: NOON + 3 * HOUR_MS, remindMinutes: 60, assigneeId: bert.memberId };
    const taskId = await as.mutation(create, { ...task, ...due });
    const doneId = await as.mutation(create, { ...task, ...due, title: "Schon getan" });
    await as.mutation(api.tasks.mutations.change, { orgId, taskId: doneId, status: "completed" });
    await as.mutation(api.tasks.mutations.change, { orgId, taskId, dueAt: NOON + 4 * HOUR_MS });
    expect(await t.run(async (ctx) => (await ctx.db.get("tasks", taskId))?.remindAt)).toBe(NOON + 3 * HOUR_MS);
    await runJobs(t);
    const { newest } = await bert.as.query(unread, { orgId });
    expect(newest.filter(({ kind }) => kind === "task_due")).toMatchObject([{ title: "Anrufen", count: 1 }]);
    const bad = { orgId, taskId, remindMinutes: -1 };
    expect(await errorOf(as.mutation(api.tasks.mutations.change, bad))).toMatchObject({ field: "remindMinutes" });
  });
});
