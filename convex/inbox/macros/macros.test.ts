import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, inMutation, NOON, runJobs } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { DAY_MS, HOUR_MS } from "../../lib/time";
import { createTemplate, publishVersion, requireTemplate } from "../../templates/model";
import type { MacroStep } from "./schema";

const { macros, bulk, mutations, queries } = api.inbox;
const ANY = { channels: [], threadTypes: [] };
const DOC = '{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"Begonnen"}]}]}';

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Three people wrote; the third is nobody's contact any more and cannot be answered. */
async function setup() {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { as, orgId } = inbox;
  for (const name of ["anna", "berta", "carla"]) {
    const head = { From: `${name}@example.org`, Subject: name, "Message-ID": `<${name}@example.org>` };
    await deliverMail(t, inbox, mail(head, "Findet der Kurs statt?"));
  }
  const ids = (await rows(t, "threads")).map(({ _id }) => _id);
  await t.run(async (ctx) => await ctx.db.patch("threads", ids[2]!, { contactId: undefined }));
  vi.setSystemTime(Date.now() + 1_000);
  const template = async (body: string, ownerId?: Id<"members">) =>
    await inMutation(t, async (ctx) => {
      const kept = { orgId, name: body.slice(0, 20), category: "follow_up", channelType: "any" } as const;
      const id = await createTemplate(ctx, { ...kept, businessEntity: "all", locale: "de-DE", ownerId });
      const text = { subject: "", body, layout: "agent_reply" } as const;
      await publishVersion(ctx, await requireTemplate(ctx, orgId, id, ownerId), text);
      return id;
    });
  const make = async (steps: MacroStep[], audience: { kind: "all" } | { kind: "private" } = { kind: "all" }) =>
    await as.mutation(macros.mutations.create, { orgId, name: "Makro", audience, context: ANY, steps });
  const on = (...threadIds: Id<"threads">[]) => ({ kind: "threads" as const, threadIds });
  const run = async (macroId: Id<"macros">, threadIds: Id<"threads">[], clientId = "lauf-1") =>
    await as.mutation(macros.mutations.run, { orgId, macroId, target: on(...threadIds), clientId });
  const progress = async (operationId: Id<"bulkOperations">) =>
    await as.query(bulk.queries.get, { orgId, operationId });
  const undo = async (operationId: Id<"bulkOperations">) =>
    await as.mutation(bulk.mutations.undo, { orgId, operationId });
  const threadRow = async (id: Id<"threads">) => (await rows(t, "threads")).find(({ _id }) => _id === id)!;
  return { ...inbox, t, ids, template, make, on, run, progress, undo, threadRow };
}

const shown = (thread: Record<string, unknown>) =>
  ["status", "isOpen", "assigneeId", "teamId", "priority", "threadType", "tags", "snoozedUntil", "lastMessageAt"].map(
    (field) => thread[field] ?? null,
  );

it("does everything at once and takes all of it back", async () => {
  const { t, as, orgId, memberId, ids, make, run, undo, progress, threadRow, on } = await setup();
  const [id] = [ids[0]!];
  const before = await threadRow(id);
  const macroId = await make([
    { kind: "snooze", days: 3 },
    { kind: "status", status: "waiting_internal" },
    { kind: "note", text: "Wird geprüft" },
    { kind: "tag", tag: "vip" },
    { kind: "type", threadType: "complaint" },
    { kind: "priority", priority: "high" },
    { kind: "assign", assigneeId: "me" },
    { kind: "task", title: "Nachfassen", dueDays: 2, assigneeId: "me" },
    { kind: "follow" },
  ]);
  const preview = await as.query(macros.queries.preview, { orgId, macroId, target: on(id) });
  expect(preview).toMatchObject({ problems: [], count: 1, threads: [{ outcome: "change" }] });
  expect(preview.steps.map(({ kind }) => kind)).toEqual(
    "note tag type priority assign task follow status snooze".split(" "),
  );
  vi.setSystemTime(Date.UTC(2026, 6, 1, 10));
  const operationId = await run(macroId, [id]);
  expect(await run(macroId, [id])).toBe(operationId);
  expect(await progress(operationId)).toMatchObject({ action: "macro", macro: "Makro", state: "done", changed: 1 });
  const after = await threadRow(id);
  expect(after).toMatchObject({
    status: "waiting_internal",
    priority: "high",
    threadType: "complaint",
    tags: ["vip"],
  });
  expect(after.assigneeId).toBe(memberId);
  // Europe/Berlin, in three days at eight.
  expect(after.snoozedUntil).toBe(Date.UTC(2026, 6, 4, 6));
  const notes = async () => (await rows(t, "messages")).filter(({ messageType }) => messageType === "internal_note");
  expect(await notes()).toHaveLength(1);
  const audited = (await allRows(t, "auditEntries")).map(({ action }) => action);
  expect(audited).toEqual(expect.arrayContaining(["threads.bulk_ordered", "thread.status_changed", "thread.snoozed"]));
  // Again there is only what can be done twice.
  const again = await as.query(macros.queries.preview, { orgId, macroId, target: on(id) });
  expect(again.threads[0]!.plans.map(({ outcome }) => outcome)).toEqual(
    "change same same same same change same same change".split(" "),
  );
  await undo(operationId);
  expect(await progress(operationId)).toMatchObject({ state: "undone", undone: 1 });
  expect(shown(await threadRow(id))).toEqual(shown(before));
  expect(await notes()).toEqual([]);
  const marks = (await allRows(t, "readMarks")).filter(({ threadId }) => threadId === id);
  expect(marks.some(({ isFollowing }) => isFollowing === true)).toBe(false);
});

it("makes a task once, and takes it away again unless somebody began it", async () => {
  const { t, as, orgId, memberId, ids, make, run, undo } = await setup();
  vi.setSystemTime(Date.UTC(2026, 6, 1, 10));
  const macroId = await make([{ kind: "task", title: "Nachfassen", dueDays: 2, assigneeId: "me" }]);
  // Deadlines that passed have made some of their own.
  const tasks = async () => (await allRows(t, "tasks")).filter(({ title }) => title === "Nachfassen");
  const first = await run(macroId, [ids[0]!]);
  await runJobs(t);
  const made = { assigneeId: memberId, dueAt: Date.UTC(2026, 6, 3, 6), links: { threadId: ids[0] } };
  expect(await tasks()).toMatchObject([{ ...made, status: "open" }]);
  await undo(first);
  await runJobs(t);
  expect(await tasks()).toMatchObject([{ status: "cancelled" }]);
  const second = await run(macroId, [ids[1]!], "lauf-2");
  await runJobs(t);
  const { _id: taskId } = (await tasks())[1]!;
  await as.mutation(api.tasks.mutations.change, { orgId, taskId, status: "in_progress" });
  await undo(second);
  await runJobs(t);
  expect(await tasks()).toMatchObject([{ status: "cancelled" }, { status: "in_progress" }]);
});

it("sends to who can be answered and leaves the others alone as a whole", async () => {
  const { t, ids, template, make, run, undo, progress, threadRow } = await setup();
  const templateId = await template("Moin {{name}}, der Kurs findet statt.");
  const macroId = await make([
    { kind: "reply", templateId, send: true },
    { kind: "tag", tag: "beantwortet" },
    { kind: "status", status: "closed" },
  ]);
  const operationId = await run(macroId, ids);
  expect(await progress(operationId)).toMatchObject({ state: "done", changed: 2, refused: 1 });
  const tags = async () => (await rows(t, "threads")).map((thread) => thread.tags);
  expect(await tags()).toEqual([["beantwortet"], ["beantwortet"], []]);
  const said = async () => (await rows(t, "messages")).filter(({ messageType }) => messageType === "outgoing");
  expect((await said()).map(({ text }) => text)).toEqual([
    "Moin anna@example.org, der Kurs findet statt.",
    "Moin berta@example.org, der Kurs findet statt.",
  ]);
  // Closed when it leaves: taken back in time, nothing was closed.
  expect((await threadRow(ids[0]!)).status).toBe("open");
  await undo(operationId);
  expect(await said()).toEqual([]);
  expect(await tags()).toEqual([[], [], []]);
  const second = await run(macroId, [ids[0]!], "lauf-2");
  await runJobs(t);
  expect((await threadRow(ids[0]!)).status).toBe("closed");
  await undo(second);
  expect(await said()).toHaveLength(1);
  expect((await threadRow(ids[0]!)).tags).toEqual([]);
});

it("puts a text with gaps into the draft, before what was begun, and gives the old draft back", async () => {
  const { t, as, orgId, ids, template, make, run, undo, progress, on } = await setup();
  const templateId = await template("Ihr Termin: {{eventDate}}");
  const [threadId] = [ids[0]!];
  const place = { orgId, threadId, mode: "reply" as const };
  await as.mutation(mutations.saveDraft, { ...place, doc: DOC });
  const macroId = await make([{ kind: "reply", templateId, send: false }]);
  const operationId = await run(macroId, [threadId]);
  const draft = await as.query(queries.getDraft, place);
  expect(draft!.doc).toContain("⟦eventDate⟧");
  expect(draft!.doc).toContain("Begonnen");
  await undo(operationId);
  expect(await as.query(queries.getDraft, place)).toMatchObject({ doc: DOC });
  const sending = await make([{ kind: "reply", templateId, send: true }]);
  const preview = await as.query(macros.queries.preview, { orgId, macroId: sending, target: on(threadId) });
  expect(preview.threads).toMatchObject([{ outcome: "refused", plans: [{ reason: "gaps" }] }]);
  expect(await progress(await run(sending, [threadId], "lauf-2"))).toMatchObject({ changed: 0, refused: 1 });
  expect((await rows(t, "messages")).filter(({ messageType }) => messageType === "outgoing")).toEqual([]);
});

it("says what the person booked next, and when", async () => {
  const { t, as, orgId, ids, template, make, run, progress } = await setup();
  const contactId = (await rows(t, "threads")).find(({ _id }) => _id === ids[0])!.contactId!;
  const book = async (title: string, startsAt: number) => {
    const location = { kind: "onsite" as const, zone: "Europe/Berlin", text: "Steg 3" };
    const facts = { title, startsAt, endsAt: startsAt + HOUR_MS, location, attributes: {} };
    await as.mutation(api.bookings.mutations.create, { orgId, ...facts, people: [{ contactId }] });
  };
  await book("Grundkurs", Date.now() + 2 * DAY_MS);
  await book("Aufbaukurs", Date.now() + 9 * DAY_MS);
  const templateId = await template("{{eventName}}: {{eventDate}}");
  const macroId = await make([{ kind: "reply", templateId, send: true }]);
  expect(await progress(await run(macroId, [ids[0]!]))).toMatchObject({ changed: 1 });
  expect((await rows(t, "messages")).find(({ messageType }) => messageType === "outgoing")!.text).toContain(
    "Grundkurs: ",
  );
});

it("leaves what somebody changed since", async () => {
  const { as, orgId, ids, make, run, undo, threadRow } = await setup();
  const [threadId] = [ids[0]!];
  const macroId = await make([
    { kind: "priority", priority: "high" },
    { kind: "tag", tag: "vip" },
  ]);
  const operationId = await run(macroId, [threadId]);
  await as.mutation(mutations.change, { orgId, threadId, priority: "low" });
  await undo(operationId);
  expect(await threadRow(threadId)).toMatchObject({ priority: "low", tags: [] });
});

it("shows what is gone and refuses to run it", async () => {
  const { t, as, orgId, ids, template, make, run, on } = await setup();
  const templateId = await template("Hallo");
  const colleague = await makeMember(t, orgId, "agent", "malte");
  const teamId = await inMutation(t, async (ctx) => {
    const team = { orgId, name: "Service", mode: "round_robin", onlyOnline: false, isArchived: false } as const;
    return await ctx.db.insert("teams", team);
  });
  const macroId = await make([
    { kind: "reply", templateId, send: true },
    { kind: "team", teamId },
    { kind: "assign", assigneeId: colleague.memberId },
  ]);
  await t.run(async (ctx) => {
    await ctx.db.delete("templates", templateId);
    await ctx.db.patch("teams", teamId, { isArchived: true });
    await ctx.db.patch("members", colleague.memberId, { status: "suspended" });
  });
  const [listed] = await as.query(macros.queries.list, { orgId });
  expect(listed!.problems).toEqual([
    { index: 0, reason: "template_gone" },
    { index: 1, reason: "team_archived" },
    { index: 2, reason: "member_suspended" },
  ]);
  const preview = await as.query(macros.queries.preview, { orgId, macroId, target: on(ids[0]!) });
  expect(preview).toMatchObject({ threads: [], problems: { length: 3 } });
  expect(await errorOf(run(macroId, [ids[0]!]))).toMatchObject({ code: "invalid", field: "steps.0" });
  expect(await allRows(t, "bulkOperations")).toEqual([]);
});

it("keeps to what its runner may do, and to whom it belongs", async () => {
  const { t, as, orgId, ids, template, make, run, on } = await setup();
  const macroId = await make([{ kind: "assign", assigneeId: "me" }]);
  const technician = await makeMember(t, orgId, "technician", "tim");
  const target = on(ids[0]!);
  const asked = { orgId, macroId, target, clientId: "x" };
  expect(await errorOf(technician.as.mutation(macros.mutations.run, asked))).toMatchObject({ code: "forbidden" });
  const shared = { orgId, name: "Alle", audience: { kind: "all" as const }, context: ANY };
  const steps: MacroStep[] = [{ kind: "follow" }];
  const attempt = technician.as.mutation(macros.mutations.create, { ...shared, steps });
  expect(await errorOf(attempt)).toMatchObject({ code: "forbidden" });
  const own = { ...shared, audience: { kind: "private" as const }, steps };
  const ownId = await technician.as.mutation(macros.mutations.create, own);
  expect(await errorOf(run(ownId, [ids[0]!]))).toMatchObject({ code: "not_found" });
  expect((await as.query(macros.queries.list, { orgId })).map(({ id }) => id)).toEqual([macroId]);
  // One's own text is nobody else's.
  const { memberId } = (await as.query(api.orgs.queries.members, { orgId })).find(({ name }) => name !== "tim")!;
  const mine = await template("Meins", memberId);
  expect(await errorOf(make([{ kind: "reply", templateId: mine, send: false }]))).toMatchObject({ code: "invalid" });
  await make([{ kind: "reply", templateId: mine, send: false }], { kind: "private" });
  const otherOrg = await makeOrg(t, "Andere");
  const stranger = await makeMember(t, otherOrg, "admin", "fremd");
  const foreign = { orgId: otherOrg, macroId, target, clientId: "y" };
  expect(await errorOf(stranger.as.mutation(macros.mutations.run, foreign))).toMatchObject({ code: "not_found" });
});

it("stands in the order it is put, and can be switched off and removed", async () => {
  const { as, orgId, ids, make, run } = await setup();
  const first = await make([{ kind: "follow" }]);
  const second = await make([{ kind: "follow" }]);
  const order = async () => (await as.query(macros.queries.offered, { orgId })).map(({ id }) => id);
  await as.mutation(macros.mutations.move, { orgId, macroId: second, index: 0 });
  expect(await order()).toEqual([second, first]);
  await as.mutation(macros.mutations.move, { orgId, macroId: second, index: 1 });
  expect(await order()).toEqual([first, second]);
  await as.mutation(macros.mutations.setEnabled, { orgId, macroId: first, isEnabled: false });
  expect(await order()).toEqual([second]);
  expect(await errorOf(run(first, [ids[0]!]))).toMatchObject({ code: "not_found" });
  await as.mutation(macros.mutations.remove, { orgId, macroId: second });
  expect(await order()).toEqual([]);
});
