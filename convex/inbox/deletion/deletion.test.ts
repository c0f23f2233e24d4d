import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation, NOON, runJobs } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import type { ThreadView } from "../filters";
import { THREAD_VIEWS } from "../filters";
import { DAY_MS, HOUR_MS } from "../../lib/time";

const page = { paginationOpts: { numItems: 20, cursor: null } };
const { purge, remove, restore } = api.inbox.deletion.mutations;
const { list, notice } = api.inbox.deletion.queries;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function withMail() {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Wann beginnt der Kurs?"));
  const { as, orgId } = inbox;
  const first = (await rows(t, "threads"))[0]!;
  const ids = { orgId, threadId: first._id };
  const contactId = first.contactId!;
  await as.mutation(api.inbox.mutations.change, { ...ids, tags: ["kurs"] });
  // Everywhere a conversation can be found.
  const found = async () => {
    const views: ThreadView[] = [];
    for (const view of THREAD_VIEWS) {
      const threads = await as.query(api.inbox.queries.listThreads, { orgId, view, ...page });
      if (threads.page.length > 0) views.push(view);
    }
    const tagged = await as.query(api.inbox.queries.listThreads, { orgId, view: "all", tag: "kurs", ...page });
    const { all, overdue, email } = await as.query(api.inbox.queries.counts, { orgId });
    const byWord = await as.query(api.inbox.queries.searchThreads, { orgId, text: "Kurs" });
    const byNumber = await as.query(api.inbox.queries.searchThreads, { orgId, text: "#1" });
    const ofContact = await as.query(api.inbox.ofContact.queries.threads, { orgId, contactId, ...page });
    const told = await as.query(api.notifications.queries.list, { orgId, ...page });
    return {
      views,
      tagged: tagged.page.length,
      counts: { all, overdue, email },
      hits: [byWord.length, byNumber.length],
      ofContact: ofContact.page.length,
      told: told.page.length,
    };
  };
  const answer = async () =>
    await deliverMail(
      t,
      inbox,
      mail({ ...MAX_MAIL, "Message-ID": "<m2@example.org>", "In-Reply-To": "<m1@example.org>" }, "Noch etwas"),
    );
  const actions = async () => (await rows(t, "auditEntries")).map(({ action }) => action);
  return { t, inbox, as, orgId, ids, contactId, found, answer, actions };
}

const NOWHERE = {
  views: [],
  tagged: 0,
  counts: { all: 0, overdue: 0, email: 0 },
  hits: [0, 0],
  ofContact: 0,
  told: 0,
};

describe("a deleted conversation", () => {
  it("stands in no list, count and search, says who deleted it, and comes back as it was", async () => {
    const { t, as, orgId, ids, found, actions } = await withMail();
    const before = await found();
    expect(before).toMatchObject({ views: ["all", "unassigned", "overdue"], tagged: 1, hits: [1, 1], ofContact: 1 });
    await as.mutation(remove, ids);
    expect(await found()).toEqual(NOWHERE);
    expect(await errorOf(as.query(api.inbox.queries.getThread, ids))).toMatchObject({ code: "not_found" });
    const at = Date.now();
    expect(await as.query(notice, ids)).toMatchObject({
      by: "Anna Admin",
      number: 1,
      restorableUntil: at + 30 * DAY_MS,
    });
    expect((await as.query(list, { orgId, ...page })).page).toMatchObject([{ number: 1, by: "Anna Admin" }]);
    await as.mutation(restore, ids);
    await as.mutation(restore, ids);
    expect(await found()).toEqual(before);
    expect(await as.query(notice, ids)).toBeNull();
    expect((await actions()).filter((action) => action.startsWith("thread.d") || action === "thread.restored")).toEqual(
      ["thread.deleted", "thread.restored"],
    );
    await runJobs(t);
  });

  it("waits for nobody: its clocks stop, and run again once it is back", async () => {
    const { t, as, ids } = await withMail();
    const running = async () => (await rows(t, "slaClocks")).filter(({ isActive }) => isActive).length;
    const before = await running();
    expect(before).toBeGreaterThan(0);
    await as.mutation(remove, ids);
    expect(await running()).toBe(0);
    vi.setSystemTime(Date.now() + DAY_MS);
    await runJobs(t);
    expect((await rows(t, "threads"))[0]?.isOverdue).toBeUndefined();
    await as.mutation(restore, ids);
    expect(await running()).toBeGreaterThan(0);
  });

  it("keeps what somebody was still writing in it, for when it is back", async () => {
    const { as, ids, t, found } = await withMail();
    const { saveDraft } = api.inbox.mutations;
    await as.mutation(saveDraft, { ...ids, mode: "reply", doc: "Am Steg" });
    await as.mutation(remove, ids);
    await as.mutation(saveDraft, { ...ids, mode: "reply", doc: "Am Steg, links" });
    expect(await found()).toEqual(NOWHERE);
    // Its address shows them to who wrote them, and to nobody else.
    expect(await as.query(notice, ids)).toMatchObject({ unsent: [{ isNote: false, doc: "Am Steg, links" }] });
    const { as: colleague } = await makeMember(t, ids.orgId, "manager");
    expect(await colleague.query(notice, ids)).toMatchObject({ unsent: [] });
    await as.mutation(restore, ids);
    expect(await rows(t, "drafts")).toMatchObject([{ threadId: ids.threadId, doc: "Am Steg, links" }]);
    const other = await makeOrg(t, "Andere");
    const { as: stranger } = await makeMember(t, other, "admin", "stranger");
    const foreign = stranger.mutation(saveDraft, { ...ids, orgId: other, mode: "reply", doc: "x" });
    expect(await errorOf(foreign)).toMatchObject({ code: "not_found" });
    await as.mutation(remove, ids);
    await as.mutation(purge, ids);
    const late = as.mutation(saveDraft, { ...ids, mode: "reply", doc: "Zu spät" });
    expect(await errorOf(late)).toMatchObject({ code: "not_found" });
  });

  it("comes back into the spam it was deleted from, and asleep as it was", async () => {
    const { as, ids, found } = await withMail();
    await as.mutation(api.inbox.spam.mutations.mark, { ...ids, block: false });
    const spam = await found();
    await as.mutation(remove, ids);
    expect(await found()).toEqual(NOWHERE);
    await as.mutation(restore, ids);
    expect(await found()).toEqual(spam);
    await as.mutation(api.inbox.spam.mutations.unmark, ids);
    await as.mutation(api.inbox.snooze.mutations.snooze, { ...ids, until: Date.now() + DAY_MS });
    await as.mutation(remove, ids);
    await as.mutation(restore, ids);
    expect((await found()).views).toEqual(["overdue", "snoozed"]);
  });

  it("sends nothing any more: what was planned is its author's draft again", async () => {
    const { t, as, orgId, ids } = await withMail();
    const plan = { sendAt: Date.now() + 3 * HOUR_MS, cancelIfAnswered: false };
    await as.mutation(api.inbox.mutations.reply, { ...ids, text: "Bis morgen.", close: false, clientId: "c1", plan });
    await as.mutation(remove, ids);
    expect(await as.query(api.inbox.sending.queries.planned, { orgId, whose: "all" })).toEqual([]);
    await runJobs(t);
    expect((await rows(t, "messageQueue")).map(({ state }) => state.kind)).toEqual(["cancelled"]);
    await as.mutation(restore, ids);
    expect((await as.query(api.inbox.queries.getDraft, { ...ids, mode: "reply" }))?.doc).toContain("Bis morgen.");
  });

  it("is not joined by an answer: a new one begins and says what it answers", async () => {
    const { t, as, ids, answer } = await withMail();
    await as.mutation(remove, ids);
    await answer();
    const threads = await rows(t, "threads");
    expect(threads.map(({ isOpen }) => isOpen)).toEqual([undefined, true]);
    const told = (await rows(t, "messages")).filter(({ threadId }) => threadId === threads[1]?._id);
    expect(told.map(({ text }) => text)).toEqual(["Noch etwas", expect.stringContaining("Nr. 1")]);
  });

  it("is for those with the permission, of the same organisation", async () => {
    const { t, as, orgId, ids } = await withMail();
    const { as: agent } = await makeMember(t, orgId, "agent");
    const { as: lead } = await makeMember(t, orgId, "team_lead");
    const { as: manager } = await makeMember(t, orgId, "manager");
    expect(await errorOf(agent.mutation(remove, ids))).toMatchObject({ code: "forbidden" });
    expect(await errorOf(lead.mutation(remove, ids))).toMatchObject({ code: "forbidden" });
    const other = await makeOrg(t, "Andere");
    const { as: stranger } = await makeMember(t, other, "admin", "stranger");
    expect(await errorOf(stranger.mutation(remove, { ...ids, orgId: other }))).toMatchObject({ code: "not_found" });
    await manager.mutation(remove, ids);
    expect(await agent.query(notice, ids)).toMatchObject({ number: 1 });
    expect(await errorOf(agent.query(list, { orgId, ...page }))).toMatchObject({ code: "forbidden" });
    for (const change of [restore, purge]) {
      expect(await errorOf(agent.mutation(change, ids))).toMatchObject({ code: "forbidden" });
      expect(await errorOf(stranger.mutation(change, { ...ids, orgId: other }))).toMatchObject({ code: "not_found" });
    }
    expect(await stranger.query(notice, { ...ids, orgId: other })).toBeNull();
    await as.mutation(restore, ids);
    expect(await errorOf(as.mutation(purge, ids))).toMatchObject({ code: "not_found" });
  });
});

describe("removing for good", () => {
  const LEFT = [
    "threads",
    "messages",
    "messageRefs",
    "readMarks",
    "drafts",
    "fileNames",
    "threadTags",
    "threadMerges",
    "mergeMoves",
  ] as const;

  it("takes all that belongs to it after thirty days, and leaves its tasks", async () => {
    const { t, as, orgId, ids, actions } = await withMail();
    await as.mutation(api.inbox.mutations.addNote, { ...ids, text: "Ruft an", clientId: "n1" });
    await inMutation(t, async (ctx) => {
      await ctx.db.insert("tasks", {
        orgId,
        title: "Anrufen",
        description: "",
        taskType: "callback",
        priority: "normal",
        status: "open",
        createdBy: { kind: "system", name: "test" },
        links: { queueIds: [], threadId: ids.threadId },
        occurrences: 1,
        lastAt: NOON,
      });
    });
    await as.mutation(remove, ids);
    vi.setSystemTime(Date.now() + 30 * DAY_MS - HOUR_MS);
    await t.mutation(internal.inbox.deletion.jobs.sweep, {});
    expect(await rows(t, "threads")).toHaveLength(1);
    vi.setSystemTime(Date.now() + HOUR_MS);
    await t.mutation(internal.inbox.deletion.jobs.sweep, {});
    await runJobs(t);
    for (const table of LEFT) expect([table, await rows(t, table)]).toEqual([table, []]);
    const task = (await rows(t, "tasks")).find(({ title }) => title === "Anrufen");
    expect(task).toMatchObject({ status: "open", links: { queueIds: [] } });
    expect(task?.links.threadId).toBeUndefined();
    expect(await actions()).toContain("thread.purged");
    expect(await errorOf(as.mutation(restore, ids))).toMatchObject({ code: "not_found" });
  });

  it("happens at once when it is ordered, and cannot be taken back", async () => {
    const { t, as, orgId, ids, answer, actions } = await withMail();
    await as.mutation(remove, ids);
    await as.mutation(purge, ids);
    expect(await errorOf(as.mutation(restore, ids))).toMatchObject({ code: "not_found" });
    expect((await as.query(list, { orgId, ...page })).page).toEqual([]);
    await runJobs(t);
    for (const table of LEFT) expect([table, await rows(t, table)]).toEqual([table, []]);
    expect((await actions()).filter((action) => action === "thread.purged")).toHaveLength(1);
    await answer();
    expect(await rows(t, "threads")).toMatchObject([{ number: 2, isOpen: true }]);
  });

  it("takes what was merged into it", async () => {
    const { t, inbox, as, orgId, ids } = await withMail();
    await deliverMail(
      t,
      inbox,
      mail({ ...MAX_MAIL, "Message-ID": "<m9@example.org>", Subject: "Anderes Thema" }, "Und noch"),
    );
    const other = (await rows(t, "threads"))[1]!._id;
    await as.mutation(api.inbox.merges.mutations.merge, { orgId, targetId: ids.threadId, sourceIds: [other] });
    await runJobs(t);
    await as.mutation(remove, { orgId, threadId: other });
    await as.mutation(purge, ids);
    await runJobs(t);
    for (const table of LEFT) expect([table, await rows(t, table)]).toEqual([table, []]);
  });
});

describe("deleting many", () => {
  it("is done to all that match and undone as one", async () => {
    const { t, as, orgId, found } = await withMail();
    const before = await found();
    const target = { kind: "matching" as const, filter: { view: "all" as const } };
    const operationId = await as.mutation(api.inbox.bulk.mutations.remove, { orgId, target, clientId: "b1" });
    await runJobs(t);
    expect(await found()).toEqual(NOWHERE);
    await as.mutation(api.inbox.bulk.mutations.undo, { orgId, operationId });
    await runJobs(t);
    expect(await found()).toEqual(before);
    const { as: agent } = await makeMember(t, orgId, "agent");
    const refused = agent.mutation(api.inbox.bulk.mutations.remove, { orgId, target, clientId: "b2" });
    expect(await errorOf(refused)).toMatchObject({ code: "forbidden" });
  });
});
