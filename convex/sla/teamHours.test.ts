import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { inMutation, type Convex } from "../../tests/support/delivery";
import { MAX_MAIL, mail, rows, type Inbox } from "../../tests/support/inbox";
import { errorOf } from "../../tests/support/members";
import {
  FRIDAY,
  HOUR_MS,
  MINUTE_MS,
  MONDAY_10,
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
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { storeRawEvent } from "../intake/model";
import { DEFAULT_ESCALATION, responseTargets } from "./policies";

beforeEach(() => {
  vi.useFakeTimers({ now: FRIDAY });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the calendar of a team", () => {
  const ALWAYS = {
    name: "Rund um die Uhr",
    timezone: "Europe/Berlin",
    intervals: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, start: "00:00", end: "24:00" })),
    holidays: [],
  };

  async function withTeam(t: Convex) {
    const inbox = await setUp(t);
    const { orgId, as } = inbox;
    const calendarId = await as.mutation(api.sla.mutations.createCalendar, { orgId, ...ALWAYS });
    const team = { name: "Notdienst", mode: "round_robin", onlyOnline: true, memberIds: [] } as const;
    const teamId = await as.mutation(api.inbox.teams.mutations.create, { orgId, ...team, memberIds: [], calendarId });
    const threadId = await writes(t, inbox, "m1");
    const give = async (to: Id<"teams"> | null) => {
      await as.mutation(api.inbox.assignment.mutations.assignToTeam, { orgId, threadId, teamId: to });
      await settle(t);
    };
    return { inbox, orgId, as, calendarId, team, teamId, threadId, give };
  }

  it("counts for its threads, says so, and yields to a policy's own", async () => {
    const t = setupConvex();
    const { orgId, as, calendarId, team, teamId, threadId, give } = await withTeam(t);
    expect(await thread(t)).toMatchObject({ responseDueAt: MONDAY_10 });
    await give(teamId);
    expect(await thread(t)).toMatchObject({ responseDueAt: FRIDAY + 4 * HOUR_MS });
    const explained = async () => (await as.query(api.sla.queries.explainDeadline, { orgId, threadId }))[0]!.calendar;
    expect(await explained()).toEqual({ name: ALWAYS.name, timezone: ALWAYS.timezone, of: "team" });

    const asked = { orgId, at: FRIDAY, channel: "email", priority: "normal", threadType: "customer_support" } as const;
    const [imagined] = await as.query(api.sla.queries.whatIf, { ...asked, teamId });
    expect(imagined).toMatchObject({ dueAt: FRIDAY + 4 * HOUR_MS, calendar: { of: "team" } });

    const others = await as.query(api.sla.queries.calendars, { orgId });
    const office = others.find(({ name }) => name === OFFICE.name)!.id;
    const policy = { name: "Büro", conditions: { channel: "email" as const }, escalation: DEFAULT_ESCALATION };
    const targets = responseTargets(240);
    await as.mutation(api.sla.mutations.createPolicy, { orgId, ...policy, targets, calendarId: office });
    await settle(t);
    expect(await thread(t)).toMatchObject({ responseDueAt: MONDAY_10 });
    expect(await explained()).toMatchObject({ name: OFFICE.name, of: "policy" });
    expect(calendarId).not.toBe(office);
    expect(team.name).toBe("Notdienst");
  });

  it("is computed anew when the thread or the team changes, and cannot be removed while a team has it", async () => {
    const t = setupConvex();
    const { orgId, as, calendarId, team, teamId, give } = await withTeam(t);
    await give(teamId);
    const remove = as.mutation(api.sla.mutations.removeCalendar, { orgId, calendarId });
    expect(await errorOf(remove)).toMatchObject({ code: "conflict" });
    await as.mutation(api.inbox.teams.mutations.change, { orgId, teamId, ...team, memberIds: [] });
    await settle(t);
    expect(await thread(t)).toMatchObject({ responseDueAt: MONDAY_10 });
    await as.mutation(api.inbox.teams.mutations.change, { orgId, teamId, ...team, memberIds: [], calendarId });
    await settle(t);
    expect(await thread(t)).toMatchObject({ responseDueAt: FRIDAY + 4 * HOUR_MS });
    await give(null);
    expect(await thread(t)).toMatchObject({ responseDueAt: MONDAY_10 });
    await as.mutation(api.inbox.teams.mutations.change, { orgId, teamId, ...team, memberIds: [] });
    await as.mutation(api.sla.mutations.removeCalendar, { orgId, calendarId });
  });
});

describe("an answer that is held", () => {
  const answer = ({ as, orgId }: Inbox, threadId: Id<"threads">) =>
    as.mutation(api.inbox.mutations.reply, {
      orgId,
      threadId,
      text: "Gern.",
      close: false,
      isUndoable: true,
      clientId: "held",
    });

  it("is given at its press: a deadline that passes while it is held is kept", async () => {
    const t = setupConvex();
    const inbox = await setUp(t);
    const threadId = await writes(t, inbox, "m1");
    await goTo(t, MONDAY_10 - 1_000);
    await answer(inbox, threadId);
    expect(await thread(t)).not.toHaveProperty("responseDueAt");
    await goTo(t, MONDAY_10 + 1_000);
    expect(await stages(t)).toEqual(["first_reminder", "team_leader_alert"]);
    await goTo(t, MONDAY_10 + MINUTE_MS);
    expect((await clocksOf(t))[0]).toMatchObject({ state: { kind: "met", at: MONDAY_10 - 1_000 } });
    expect(await stages(t)).toEqual(["first_reminder", "team_leader_alert"]);
    const ended = (await rows(t, "domainEvents")).find(({ kind }) => kind === "sla.ended");
    expect(ended?.payload).toMatchObject({ outcome: "met", at: MONDAY_10 - 1_000 });
    expect(await tasksOf(t)).toEqual([]);
  });

  it("was none when it is undone: what passed meanwhile is told then", async () => {
    const t = setupConvex();
    const inbox = await setUp(t);
    const { as, orgId } = inbox;
    const threadId = await writes(t, inbox, "m1");
    await goTo(t, MONDAY_10 - 1_000);
    await answer(inbox, threadId);
    await goTo(t, MONDAY_10 + 1_000);
    await as.mutation(api.inbox.sending.mutations.undo, { orgId, threadId, clientId: "held" });
    expect(await thread(t)).toMatchObject({ responseDueAt: MONDAY_10, isOverdue: true });
    await settle(t);
    expect(await stages(t)).toEqual(["first_reminder", "team_leader_alert", "manager_escalation"]);
    expect((await clocksOf(t))[0]).toMatchObject({ state: { kind: "running" }, breachedAt: MONDAY_10 });
  });

  it("is told of once, when it has left: not when the conversation is closed while it can be taken back", async () => {
    const t = setupConvex();
    const inbox = await setUp(t);
    const { as, orgId } = inbox;
    const threadId = await writes(t, inbox, "m1");
    const told = async () =>
      (await rows(t, "domainEvents"))
        .filter(({ kind, payload }) => kind === "sla.ended" && payload.clock === "first_response")
        .map(({ payload }) => payload.outcome);
    const become = async (status: "closed" | "open") => {
      await as.mutation(api.inbox.mutations.setStatus, { orgId, threadId, status });
      await settle(t);
    };
    await answer(inbox, threadId);
    await become("closed");
    expect((await clocksOf(t))[0]).toMatchObject({ state: { kind: "met" } });
    expect(await told()).toEqual([]);
    await as.mutation(api.inbox.sending.mutations.undo, { orgId, threadId, clientId: "held" });
    await become("open");
    expect(await told()).toEqual([]);
    await goTo(t, MONDAY_10 - 1_000);
    await answer(inbox, threadId);
    await become("closed");
    await goTo(t, MONDAY_10 + MINUTE_MS);
    expect(await told()).toEqual(["met"]);
  });

  it("leaves a customer who writes meanwhile with a wait of their own, since they wrote", async () => {
    const t = setupConvex();
    const inbox = await setUp(t);
    const threadId = await writes(t, inbox, "m1");
    await answer(inbox, threadId);
    await goTo(t, FRIDAY + 3_000);
    const text = mail({ ...MAX_MAIL, "Message-ID": "<m2@example.org>", "In-Reply-To": "<m1@example.org>" }, "Noch was");
    await inMutation(t, async (ctx) =>
      storeRawEvent(ctx, {
        orgId: inbox.orgId,
        kind: "email_raw",
        sourceId: inbox.emailChannelId,
        dedupeKey: "m2",
        body: { kind: "text", text },
      }),
    );
    await settle(t);
    await goTo(t, FRIDAY + MINUTE_MS);
    const clocks = (await clocksOf(t)).filter(({ kind }) => kind.endsWith("_response"));
    expect(clocks).toMatchObject([
      { kind: "first_response", state: { kind: "met", at: FRIDAY } },
      { kind: "next_response", state: { kind: "running" } },
    ]);
    expect(clocks[1]!.startedAt).toBeLessThan(FRIDAY + 12_000);
  });
});
