import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { inMutation, type Convex } from "../../tests/support/delivery";
import type { Inbox } from "../../tests/support/inbox";
import {
  FRIDAY,
  HOUR_MS,
  MINUTE_MS,
  MONDAY_10,
  MONDAY_9,
  OFFICE,
  clocksOf,
  goTo,
  setUp,
  settle,
  stages,
  tasksOf,
  thread,
  writes,
} from "../../tests/support/sla";
import { errorOf, makeMember } from "../../tests/support/members";
import { api, internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { patchThread, requireThread } from "../inbox/model/rows";
import { DEFAULT_ESCALATION, responseTargets } from "./policies";

beforeEach(() => {
  vi.useFakeTimers({ now: FRIDAY });
});
afterEach(() => {
  vi.useRealTimers();
});

function reply({ as, orgId }: Inbox, threadId: Id<"threads">, clientId: string) {
  return as.mutation(api.inbox.mutations.reply, { orgId, threadId, text: "Gern.", close: false, clientId });
}

describe("a deadline", () => {
  it("tells each stage once, at its very instant, and becomes a task", async () => {
    const t = setupConvex();
    const inbox = await setUp(t);
    const { orgId, as } = inbox;
    await writes(t, inbox, "m1");
    expect(await thread(t)).toMatchObject({ responseDueAt: MONDAY_10 });
    const plan = [
      ["first_reminder", MONDAY_9],
      ["team_leader_alert", MONDAY_9 + 36 * MINUTE_MS],
      ["manager_escalation", MONDAY_10 + 1],
      ["executive_alert", MONDAY_10 + 24 * HOUR_MS],
    ] as const;
    for (const [index, [stage, at]] of plan.entries()) {
      await goTo(t, at - 1);
      expect(await stages(t)).toHaveLength(index);
      await goTo(t, at);
      expect((await stages(t))[index]).toBe(stage);
      if (stage === "team_leader_alert") expect(await thread(t)).not.toHaveProperty("isOverdue");
      if (stage !== "manager_escalation") continue;
      expect(await thread(t)).toMatchObject({ isOverdue: true });
      expect(await as.query(api.inbox.queries.counts, { orgId })).toMatchObject({ overdue: 1 });
      for (const channel of [undefined, "email", "sms"] as const) {
        const page = { numItems: 5, cursor: null };
        const asked = { orgId, view: "overdue" as const, channel, paginationOpts: page };
        const listed = await as.query(api.inbox.queries.listThreads, asked);
        expect(listed.page).toHaveLength(channel === "sms" ? 0 : 1);
      }
      expect(await tasksOf(t)).toMatchObject([
        {
          taskType: "escalate",
          title: "Frist überschritten: erste Antwort (#1)",
          priority: "urgent",
          assigneeId: inbox.memberId,
        },
      ]);
    }
    await goTo(t, MONDAY_10 + 100 * HOUR_MS);
    expect(await stages(t)).toHaveLength(4);
    expect(await tasksOf(t)).toMatchObject([{ priority: "critical", occurrences: 2 }]);
  });

  it("is kept by an answer at its instant, and then nothing more is told", async () => {
    const t = setupConvex();
    const inbox = await setUp(t);
    const threadId = await writes(t, inbox, "m1");
    await goTo(t, MONDAY_9 + HOUR_MS);
    await reply(inbox, threadId, "c1");
    expect(await stages(t)).toEqual(["first_reminder", "team_leader_alert"]);
    await goTo(t, MONDAY_10 + 48 * HOUR_MS);
    expect(await clocksOf(t)).toMatchObject([
      { kind: "first_response", state: { kind: "met", at: MONDAY_10 } },
      { kind: "resolution", state: { kind: "paused" } },
    ]);
    expect(await stages(t)).toEqual(["first_reminder", "team_leader_alert"]);
    expect(await thread(t)).not.toHaveProperty("responseDueAt");
    expect(await tasksOf(t)).toEqual([]);
  });

  it("is missed by a late answer even where the wake-up came to nothing", async () => {
    const t = setupConvex();
    const inbox = await setUp(t);
    const threadId = await writes(t, inbox, "m1");
    await loseWakeUps(t);
    await goTo(t, MONDAY_10 + 5);
    await reply(inbox, threadId, "c1");
    const [first] = await clocksOf(t);
    expect(first).toMatchObject({ state: { kind: "missed" }, breachedAt: MONDAY_10 });
    expect(await stages(t)).toEqual(["first_reminder", "team_leader_alert", "manager_escalation"]);
  });

  it("is found again by the sweeper when its wake-up was lost", async () => {
    const t = setupConvex();
    const inbox = await setUp(t);
    await writes(t, inbox, "m1");
    await loseWakeUps(t);
    await goTo(t, MONDAY_10 + 2 * MINUTE_MS);
    expect(await stages(t)).toEqual([]);
    for (let times = 0; times < 2; times++) {
      await t.mutation(internal.sla.jobs.sweep, {});
      await settle(t);
      expect(await stages(t)).toEqual(["first_reminder", "team_leader_alert", "manager_escalation"]);
    }
    await goTo(t, MONDAY_10 + 24 * HOUR_MS);
    expect(await stages(t)).toHaveLength(4);
  });
});

async function loseWakeUps(t: Convex): Promise<void> {
  await inMutation(t, async (ctx) => {
    for (const { wakeId } of await ctx.db.query("slaClocks").take(50)) {
      if (wakeId !== undefined) await ctx.scheduler.cancel(wakeId);
    }
  });
}

describe("changes", () => {
  const urgent = {
    name: "Dringend",
    conditions: { priority: "urgent" as const },
    targets: responseTargets(30),
    escalation: DEFAULT_ESCALATION,
  };

  it("of policies move running deadlines from their original start; a breach stays", async () => {
    const t = setupConvex();
    const inbox = await setUp(t);
    const { orgId, as } = inbox;
    const threadId = await writes(t, inbox, "m1");
    await inMutation(t, async (ctx) =>
      patchThread(ctx, await requireThread(ctx, orgId, threadId), { priority: "urgent" }),
    );
    expect(await thread(t)).toMatchObject({ responseDueAt: MONDAY_10 });
    const policyId = await as.mutation(api.sla.mutations.createPolicy, { orgId, ...urgent });
    await settle(t);
    expect(await thread(t)).toMatchObject({ responseDueAt: FRIDAY + 30 * MINUTE_MS });
    await goTo(t, FRIDAY + 31 * MINUTE_MS);
    expect(await thread(t)).toMatchObject({ isOverdue: true });
    await as.mutation(api.sla.mutations.setPolicyEnabled, { orgId, policyId, isEnabled: false });
    await settle(t);
    expect(await thread(t)).toMatchObject({ responseDueAt: MONDAY_10 });
    expect(await thread(t)).not.toHaveProperty("isOverdue");
    expect((await clocksOf(t))[0]).toMatchObject({ breachedAt: FRIDAY + 30 * MINUTE_MS });
  });

  it("of priority choose another policy at once", async () => {
    const t = setupConvex();
    const inbox = await setUp(t);
    const { orgId, as } = inbox;
    await as.mutation(api.sla.mutations.createPolicy, { orgId, ...urgent });
    const threadId = await writes(t, inbox, "m1");
    const setPriority = (priority: "urgent" | "normal") =>
      inMutation(t, async (ctx) => patchThread(ctx, await requireThread(ctx, orgId, threadId), { priority }));
    expect(await setPriority("urgent")).toMatchObject({ responseDueAt: FRIDAY + 30 * MINUTE_MS });
    expect(await setPriority("normal")).toMatchObject({ responseDueAt: MONDAY_10 });
  });

  it("of days off move deadlines, and say why", async () => {
    const t = setupConvex();
    const inbox = await setUp(t);
    const { orgId, as, calendarId } = inbox;
    const threadId = await writes(t, inbox, "m1");
    const holidays = [{ date: "2026-11-23", name: "Betriebsausflug", start: "08:00", end: "12:00" }];
    await as.mutation(api.sla.mutations.changeCalendar, { orgId, calendarId, ...OFFICE, holidays });
    await settle(t);
    expect(await thread(t)).toMatchObject({ responseDueAt: MONDAY_10 + 4 * HOUR_MS });
    const [clock] = await as.query(api.sla.queries.explainDeadline, { orgId, threadId });
    expect(clock).toMatchObject({
      kind: "first_response",
      targetMinutes: 240,
      source: { kind: "channel" },
      calendar: { name: "Büro" },
      pieces: [{ kind: "counted" }, { kind: "closed", holidays: ["Betriebsausflug"] }, { kind: "counted" }],
    });
    const counted = clock!.pieces.flatMap(({ kind, from, to }) => (kind === "counted" ? [to - from] : []));
    expect(counted.reduce((sum, each) => sum + each, 0)).toBe(240 * MINUTE_MS);
  });

  it("to escalated want an answer within half an hour", async () => {
    const t = setupConvex();
    const inbox = await setUp(t);
    const { orgId, as } = inbox;
    const threadId = await writes(t, inbox, "m1");
    await reply(inbox, threadId, "c1");
    await as.mutation(api.inbox.mutations.setStatus, { orgId, threadId, status: "escalated" });
    expect(await thread(t)).toMatchObject({ responseDueAt: FRIDAY + 30 * MINUTE_MS });
  });

  it("to closed and back again lose no deadline", async () => {
    const t = setupConvex();
    const inbox = await setUp(t);
    const { orgId, as } = inbox;
    const threadId = await writes(t, inbox, "m1");
    await as.mutation(api.inbox.mutations.setStatus, { orgId, threadId, status: "closed" });
    expect(await thread(t)).not.toHaveProperty("responseDueAt");
    await goTo(t, FRIDAY + HOUR_MS);
    await as.mutation(api.inbox.mutations.setStatus, { orgId, threadId, status: "open" });
    expect(await thread(t)).toMatchObject({ responseDueAt: MONDAY_10 + HOUR_MS });
  });
});

describe("policies and calendars", () => {
  it("refuse what makes no sense, with the field", async () => {
    const t = setupConvex();
    const { orgId, as, calendarId } = await setUp(t);
    const policy = { name: "P", conditions: {}, targets: { first_response: 60 }, escalation: DEFAULT_ESCALATION };
    const create = (more: object) => as.mutation(api.sla.mutations.createPolicy, { orgId, ...policy, ...more });
    expect(await errorOf(create({ name: " " }))).toMatchObject({ code: "invalid", field: "name" });
    expect(await errorOf(create({ targets: {} }))).toMatchObject({ code: "invalid", field: "targets" });
    expect(await errorOf(create({ targets: { resolution: 0.5 } }))).toMatchObject({ field: "targets.resolution" });
    const change = (more: object) =>
      as.mutation(api.sla.mutations.changeCalendar, { orgId, calendarId, ...OFFICE, ...more });
    expect(await errorOf(change({ timezone: "Mars/Olympus" }))).toMatchObject({ field: "timezone" });
    const [monday, noon] = [1, 1].map((weekday) => ({ weekday, start: "08:00", end: "12:00" }));
    expect(await errorOf(change({ intervals: [monday, noon] }))).toMatchObject({ field: "intervals" });
    expect(await errorOf(change({ holidays: [{ date: "2026-02-30", name: "x" }] }))).toMatchObject({
      field: "holidays",
    });
    expect(await errorOf(as.mutation(api.sla.mutations.removeCalendar, { orgId, calendarId }))).toMatchObject({
      code: "conflict",
    });
  });

  it("begin with the usual targets, and keep the order they are given", async () => {
    const t = setupConvex();
    const { orgId, as } = await setUp(t);
    await as.mutation(api.sla.mutations.addUsualPolicies, { orgId });
    const all = await as.query(api.sla.queries.policies, { orgId });
    expect(all.map(({ name, targets }) => [name, targets.first_response])).toEqual([
      ["E-mail", 240],
      ["WhatsApp", 60],
      ["SMS", 120],
    ]);
    await as.mutation(api.sla.mutations.movePolicy, { orgId, policyId: all[2]!.id, index: 0 });
    const moved = await as.query(api.sla.queries.policies, { orgId });
    expect(moved.map(({ name }) => name)).toEqual(["SMS", "E-mail", "WhatsApp"]);
  });

  it("are for managers", async () => {
    const t = setupConvex();
    const { orgId } = await setUp(t);
    const { as: agent } = await makeMember(t, orgId, "agent", "bert");
    expect(await errorOf(agent.mutation(api.sla.mutations.addUsualPolicies, { orgId }))).toMatchObject({
      code: "forbidden",
    });
    expect(await agent.query(api.sla.queries.policies, { orgId })).toEqual([]);
  });
});

describe("what if", () => {
  it("says what a real conversation gets, with the pieces that add up to the target, and changes nothing", async () => {
    const t = setupConvex();
    const inbox = await setUp(t);
    const { orgId, as } = inbox;
    const asked = { orgId, at: FRIDAY, channel: "email", priority: "normal", threadType: "customer_support" } as const;
    const before = await clocksOf(t);
    const [imagined] = await as.query(api.sla.queries.whatIf, asked);
    expect(await clocksOf(t)).toEqual(before);
    await writes(t, inbox, "m1");
    const real = (await clocksOf(t)).find(({ kind }) => kind === "first_response");
    expect(imagined).toMatchObject({ kind: "first_response", dueAt: real?.dueAt, targetMinutes: real?.targetMinutes });
    const counted = imagined?.pieces.reduce((sum, { kind, from, to }) => sum + (kind === "counted" ? to - from : 0), 0);
    expect(counted).toBe((imagined?.targetMinutes ?? 0) * MINUTE_MS);
    expect(imagined?.stages.map(({ stage }) => stage)).toEqual(Object.keys(DEFAULT_ESCALATION).slice(0, 4));
  });

  it("tries policies that are more particular, calendars without hours, and channels nothing is said about", async () => {
    const t = setupConvex();
    const { orgId, as } = await setUp(t);
    const closed = { ...OFFICE, name: "Nie", intervals: [] };
    const calendarId = await as.mutation(api.sla.mutations.createCalendar, { orgId, ...closed });
    const policy = { escalation: DEFAULT_ESCALATION, targets: responseTargets(60), calendarId };
    const conditions = { channel: "sms", priority: "high" } as const;
    await as.mutation(api.sla.mutations.createPolicy, { orgId, name: "SMS eilt", conditions, ...policy });
    const ask = async (channel: "sms" | "webhook", priority: "high" | "low") =>
      await as.query(api.sla.queries.whatIf, { orgId, at: FRIDAY, channel, priority, threadType: "complaint" });
    const [never] = await ask("sms", "high");
    expect(never).toMatchObject({ source: { kind: "policy", name: "SMS eilt" }, targetMinutes: 60, stages: [] });
    expect(never).not.toHaveProperty("dueAt");
    expect(await ask("webhook", "low")).toEqual([]);
  });
});
