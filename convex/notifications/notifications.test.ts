import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { allRows, inMutation, NOON, type Convex } from "../../tests/support/delivery";
import { mail, makeInbox, MAX_MAIL, type Inbox } from "../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../tests/support/members";
import { api, internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { countMembers } from "../contacts/segments/model/members";
import type { SegmentRule } from "../contacts/segments/schema";
import { emit } from "../events/model";
import { storeRawEvent } from "../intake/model";
import { changeTask } from "../tasks/model";
import { tellOfEvent } from "./model/events";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const { list, unread, settings } = api.notifications.queries;
const { mark, markAll, markThread, saveMySettings } = api.notifications.mutations;
const jobs = internal.notifications.jobs;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What is due now happens; deadlines to come do not. */
async function settle(t: Convex): Promise<void> {
  for (let round = 0; round < 6; round += 1) {
    await t.finishInProgressScheduledFunctions();
    vi.advanceTimersByTime(0);
  }
}

async function receive(t: Convex, { orgId, emailChannelId: sourceId }: Inbox, text: string): Promise<void> {
  const body = { kind: "text", text } as const;
  await inMutation(t, (ctx) => storeRawEvent(ctx, { orgId, kind: "email_raw", sourceId, dedupeKey: text, body }));
  await settle(t);
}

async function setUp(t: Convex) {
  const inbox = await makeInbox(t);
  const bert = await makeMember(t, inbox.orgId, "agent", "bert");
  await receive(t, inbox, mail(MAX_MAIL, "Hallo"));
  const [thread] = await allRows(t, "threads");
  return { inbox, orgId: inbox.orgId, bert, threadId: thread!._id };
}

async function assign(
  t: Convex,
  by: Inbox["as"],
  args: { orgId: Id<"organisations">; threadId: Id<"threads"> },
  to: Id<"members">,
) {
  await by.mutation(api.inbox.mutations.assign, { ...args, assigneeId: to });
  await settle(t);
}

async function answers(t: Convex, inbox: Inbox, id: string) {
  const headers = { ...MAX_MAIL, "Message-ID": `<${id}@example.org>`, "In-Reply-To": "<m1@example.org>" };
  await receive(t, inbox, mail(headers, `Antwort ${id}`));
}

describe("a member is told", () => {
  it("of conversations somebody else gives them, and of what is written there, counted until it is read", async () => {
    const t = setupConvex();
    const { inbox, orgId, bert, threadId } = await setUp(t);
    await assign(t, inbox.as, { orgId, threadId }, bert.memberId);
    await answers(t, inbox, "m2");
    await answers(t, inbox, "m3");
    const { count, newest } = await bert.as.query(unread, { orgId });
    expect(count).toBe(2);
    const target = { kind: "thread", threadId };
    expect(newest).toMatchObject([
      { kind: "new_message", count: 2, target, who: "Max Muster", title: "Frage zum Kurs", text: "Antwort m3" },
      { kind: "assigned", count: 1, target },
    ]);
    expect(await inbox.as.query(unread, { orgId })).toEqual({ count: 0, newest: [] });
    await bert.as.mutation(markThread, { orgId, threadId });
    expect(await bert.as.query(unread, { orgId })).toEqual({ count: 0, newest: [] });
    await answers(t, inbox, "m4");
    expect((await bert.as.query(unread, { orgId })).newest).toMatchObject([{ kind: "new_message", count: 1 }]);
  });

  it("not of what they take themselves, nor when suspended, nor of what they switched off", async () => {
    const t = setupConvex();
    const { inbox, orgId, bert, threadId } = await setUp(t);
    await assign(t, bert.as, { orgId, threadId }, bert.memberId);
    expect(await allRows(t, "notifications")).toEqual([]);
    const before = await bert.as.query(settings, { orgId });
    const choices = [{ kind: "new_message" as const, channels: [] }];
    await bert.as.mutation(saveMySettings, { orgId, ...before, choices });
    await answers(t, inbox, "m2");
    await bert.as.mutation(saveMySettings, { orgId, ...before });
    await t.run(async (ctx) => await ctx.db.patch("members", bert.memberId, { status: "suspended" }));
    await answers(t, inbox, "m3");
    expect(await allRows(t, "notifications")).toEqual([]);
  });

  it("once of the same event, also after reading it", async () => {
    const t = setupConvex();
    const { orgId, bert, threadId, inbox } = await setUp(t);
    await assign(t, inbox.as, { orgId, threadId }, bert.memberId);
    const again = () =>
      inMutation(t, async (ctx) => {
        const event = (await ctx.db.query("domainEvents").take(100)).find(({ kind }) => kind === "thread.assigned");
        await tellOfEvent(ctx, event!);
      });
    await again();
    await bert.as.mutation(markThread, { orgId, threadId });
    await again();
    expect(await allRows(t, "notifications")).toMatchObject([{ count: 1, isRead: true }]);
  });

  it("of deadlines and alerts by role, and of replies that did not arrive", async () => {
    const t = setupConvex();
    const { inbox, orgId, bert, threadId } = await setUp(t);
    await assign(t, inbox.as, { orgId, threadId }, bert.memberId);
    const reply = { orgId, threadId, text: "Gern.", close: false, clientId: "c1" };
    await bert.as.mutation(api.inbox.mutations.reply, reply);
    const sent = (await allRows(t, "messages")).find(({ messageType }) => messageType === "outgoing");
    const stage = { clockId: "c", stage: "first_reminder" };
    await inMutation(t, async (ctx) => {
      const subject = { threadId, messageId: sent!._id };
      await emit(ctx, { orgId, kind: "sla.stage", subject, payload: { ...stage, to: "assignee" } });
      await emit(ctx, { orgId, kind: "sla.stage", subject, payload: { ...stage, to: "role:admin" } });
      await emit(ctx, { orgId, kind: "message.failed", subject });
      await emit(ctx, { orgId, kind: "message.bounced", subject });
      await emit(ctx, { orgId, kind: "alert.raised", subject: {}, payload: { alertId: "a", severity: "critical" } });
    });
    await settle(t);
    const kindsOf = async (as: Inbox["as"]) =>
      (await as.query(unread, { orgId })).newest.map(({ kind, count }) => `${kind} ${count}`).sort();
    expect(await kindsOf(bert.as)).toEqual(["assigned 1", "deadline 1", "reply_failed 1"]);
    expect(await kindsOf(inbox.as)).toEqual(["alert 1", "deadline 1"]);
  });

  it("of a deadline as the lead of the conversation's team, and all leads where there is none", async () => {
    const t = setupConvex();
    const { inbox, orgId, threadId } = await setUp(t);
    const [lea, lou] = [await makeMember(t, orgId, "team_lead", "lea"), await makeMember(t, orgId, "team_lead", "lou")];
    const team = { mode: "round_robin", onlyOnline: false } as const;
    const make = async (name: string, memberIds: Id<"members">[]) =>
      await inbox.as.mutation(api.inbox.teams.mutations.create, { orgId, ...team, name, memberIds });
    const led = await make("Werkstatt", [lea.memberId]);
    const leaderless = await make("Verkauf", [inbox.memberId]);
    const told = async () => {
      const rows = await allRows(t, "notifications");
      return [lea, lou].map(({ memberId }) => rows.filter((row) => row.memberId === memberId).length);
    };
    const reach = async (teamId: Id<"teams"> | undefined, clockId: string) => {
      await t.run(async (ctx) => await ctx.db.patch("threads", threadId, { teamId }));
      const payload = { clockId, stage: "team_leader_alert", to: "role:team_lead" };
      await inMutation(t, async (ctx) => await emit(ctx, { orgId, kind: "sla.stage", subject: { threadId }, payload }));
      await settle(t);
    };
    await reach(led, "a");
    expect(await told()).toEqual([1, 0]);
    await reach(leaderless, "b");
    expect(await told()).toEqual([2, 1]);
    await reach(undefined, "c");
    expect(await told()).toEqual([3, 2]);
  });

  it("of a task somebody gives them, once when its time comes, and again when it was moved", async () => {
    const t = setupConvex();
    const { inbox, orgId, bert } = await setUp(t);
    await t.mutation(jobs.tellDueTasks, {});
    const task = { title: "Anrufen", description: "", taskType: "callback", priority: "normal" } as const;
    const taskId = await inbox.as.mutation(api.tasks.mutations.create, {
      orgId,
      ...task,
      assigneeId: bert.memberId,
      dueAt: NOON + 5 * MINUTE_MS,
    });
    const goTo = async (minutes: number) => {
      vi.setSystemTime(NOON + minutes * MINUTE_MS);
      await t.mutation(jobs.tellDueTasks, {});
      return (await allRows(t, "notifications")).map(({ kind, count }) => `${kind} ${count}`);
    };
    await settle(t);
    expect(await goTo(4)).toEqual(["task_assigned 1"]);
    expect(await goTo(5)).toEqual(["task_assigned 1", "task_due 1"]);
    expect(await goTo(6)).toEqual(["task_assigned 1", "task_due 1"]);
    await inMutation(t, (ctx) => changeTask(ctx, inbox, taskId, { dueAt: NOON + 9 * MINUTE_MS }));
    // Taking one's own task back is no news.
    const himself = { orgId, memberId: bert.memberId };
    await inMutation(t, (ctx) => changeTask(ctx, himself, taskId, { assigneeId: null }));
    await inMutation(t, (ctx) => changeTask(ctx, himself, taskId, { assigneeId: bert.memberId }));
    await settle(t);
    expect(await goTo(10)).toEqual(["task_assigned 1", "task_due 2"]);
    expect((await bert.as.query(unread, { orgId })).newest[0]).toMatchObject({ title: "Anrufen", who: "" });
  });
});

describe("the list", () => {
  it("is each member's own: marked singly and all at once, and pruned", async () => {
    const t = setupConvex();
    const { inbox, orgId, bert, threadId } = await setUp(t);
    await assign(t, inbox.as, { orgId, threadId }, bert.memberId);
    await answers(t, inbox, "m2");
    const paginationOpts = { numItems: 10, cursor: null };
    const { page } = await bert.as.query(list, { orgId, paginationOpts });
    expect(page.map(({ kind }) => kind)).toEqual(["new_message", "assigned"]);
    const notificationId = page[0]!.id;
    expect(await errorOf(inbox.as.mutation(mark, { orgId, notificationId, isRead: true }))).toMatchObject({
      code: "not_found",
    });
    const elsewhere = await makeOrg(t, "Andere");
    const stranger = await makeMember(t, elsewhere, "admin", "fremd");
    const foreign = stranger.as.mutation(mark, { orgId: elsewhere, notificationId, isRead: true });
    expect(await errorOf(foreign)).toMatchObject({ code: "not_found" });
    await bert.as.mutation(mark, { orgId, notificationId, isRead: true });
    expect((await bert.as.query(unread, { orgId })).count).toBe(1);
    await bert.as.mutation(mark, { orgId, notificationId, isRead: false });
    await bert.as.mutation(markAll, { orgId });
    expect((await bert.as.query(unread, { orgId })).count).toBe(0);
    vi.setSystemTime(NOON + 61 * DAY_MS);
    await t.mutation(jobs.prune, {});
    expect(await allRows(t, "notifications")).toEqual([]);
  });

  it("refuses settings that make no sense, with the field", async () => {
    const t = setupConvex();
    const { orgId, bert } = await setUp(t);
    const before = await bert.as.query(settings, { orgId });
    expect(before).toEqual({
      choices: [],
      quietHours: null,
      timezone: "Europe/Berlin",
      hasDigest: false,
      isPushPrivate: false,
    });
    const twice = [
      { kind: "alert" as const, channels: [] },
      { kind: "alert" as const, channels: [] },
    ];
    for (const [field, wrong] of [
      ["timezone", { timezone: "Mars/Olympus" }],
      ["quietHours", { quietHours: { start: "25:00", end: "07:00" } }],
      ["choices", { choices: twice }],
    ] as const) {
      const save = bert.as.mutation(saveMySettings, {
        orgId,
        ...before,
        ...wrong,
        choices: [...("choices" in wrong ? wrong.choices : [])],
      });
      expect(await errorOf(save)).toMatchObject({ code: "invalid", field });
    }
  });
});

describe("the morning mail", () => {
  it("is queued at eight by the member's clocks, once a day, and only where something is pending", async () => {
    const t = setupConvex();
    // Saturday, noon in Berlin: the clocks go back in the night.
    vi.setSystemTime(Date.parse("2026-10-24T10:00:00Z"));
    const { inbox, orgId, bert, threadId } = await setUp(t);
    await t.run(async (ctx) => {
      const member = await ctx.db.get("members", bert.memberId);
      await ctx.db.patch("people", member!.personId, { email: "bert@haff.example" });
    });
    const before = await bert.as.query(settings, { orgId });
    await bert.as.mutation(saveMySettings, { orgId, ...before, hasDigest: true });
    await inbox.as.mutation(saveMySettings, { orgId, ...before, hasDigest: true });
    await assign(t, inbox.as, { orgId, threadId }, bert.memberId);
    const mails = async (at: string) => {
      vi.setSystemTime(Date.parse(at));
      for (let times = 0; times < 2; times += 1) {
        await t.mutation(jobs.sendDigests, {});
        await settle(t);
      }
      return (await allRows(t, "messageQueue")).filter(({ source }) => source.kind === "system");
    };
    expect(await mails("2026-10-25T06:59:59Z")).toHaveLength(0);
    const [mail, ...more] = await mails("2026-10-25T07:00:00Z");
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ to: { email: "bert@haff.example" }, purpose: "service", lane: "transactional" });
    expect(mail?.idempotencyKey).toBe(`digest:${bert.memberId}:2026-10-25`);
    expect(await mails("2026-10-26T07:00:00Z")).toHaveLength(2);
    // Nobody of the team became a contact: neither a list, nor a search, nor a segment shows one.
    const page = { paginationOpts: { numItems: 20, cursor: null } };
    for (const text of ["", "bert"]) {
      const found = await inbox.as.query(api.contacts.queries.list, { orgId, text, ...page });
      expect(found.page.filter(({ name }) => /bert/i.test(name))).toEqual([]);
    }
    const lately: SegmentRule = {
      match: "all",
      groups: [{ match: "all", tests: [{ kind: "created", days: 30, isWithin: true }] }],
    };
    const inSegment = await t.run((ctx) => countMembers(ctx, orgId, lately, Date.now()));
    expect(inSegment).toEqual({ count: 1, isAll: true });
    expect((await allRows(t, "contactAddresses")).map(({ address }) => address)).not.toContain("bert@haff.example");
    expect((await allRows(t, "contacts")).filter(({ staffEmail }) => staffEmail === "bert@haff.example")).toHaveLength(
      1,
    );
    // Five hours late is no morning any more.
    expect(await mails("2026-10-27T12:00:00Z")).toHaveLength(2);
  });
});
