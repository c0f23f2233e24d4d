import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation, type Convex } from "../../../tests/support/delivery";
import { mail, makeInbox, MAX_MAIL, rows, type Inbox } from "../../../tests/support/inbox";
import { makeMember } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../lib/time";
import { storeRawEvent } from "../../intake/model";
import { startFigures } from "./model";

/** A Tuesday, opening hours everywhere. */
const NOON = Date.UTC(2026, 10, 17, 11);

let t: Convex;
let inbox: Inbox;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON });
  t = setupConvex();
  inbox = await makeInbox(t);
});
afterEach(() => vi.useRealTimers());

/** Lets time go by, and everything that is due then happen. */
async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  for (let round = 0; round < 8; round++) {
    await t.finishInProgressScheduledFunctions();
    vi.advanceTimersByTime(0);
  }
}

/** Counts what happened until now, and says what the reports show. */
async function report(filter: { period?: "today" | "week" | "year"; teamId?: Id<"teams"> } = {}, as = inbox.as) {
  await pass(6_000);
  await t.mutation(internal.analytics.team.jobs.rollUp, {});
  const { orgId } = inbox;
  return await as.query(api.analytics.team.queries.report, { orgId, now: Date.now(), period: "today", ...filter });
}

/** A mail comes in, as an answer to another one or by itself; no time goes by. */
async function receive(id: string, inReplyTo?: string): Promise<Id<"threads">> {
  const reply: Record<string, string> = inReplyTo === undefined ? {} : { "In-Reply-To": `<${inReplyTo}@example.org>` };
  const text = mail({ ...MAX_MAIL, Subject: id, "Message-ID": `<${id}@example.org>`, ...reply }, `Frage ${id}`);
  const { orgId, emailChannelId: sourceId } = inbox;
  const body = { kind: "text", text } as const;
  await inMutation(t, async (ctx) => {
    await storeRawEvent(ctx, { orgId, kind: "email_raw", sourceId, dedupeKey: id, body });
  });
  await pass(0);
  const thread = (await rows(t, "threads")).at(-1);
  if (thread === undefined) throw new Error("no conversation");
  return thread._id;
}

const answer = async (threadId: Id<"threads">, clientId: string, close = false) => {
  const { orgId, as } = inbox;
  await as.mutation(api.inbox.mutations.reply, { orgId, threadId, text: "Gern.", close, clientId });
  await pass(0);
};
const setStatus = async (threadId: Id<"threads">, status: "open" | "closed" | "escalated") => {
  await inbox.as.mutation(api.inbox.mutations.setStatus, { orgId: inbox.orgId, threadId, status });
  await pass(0);
};

describe("what happens in the inbox", () => {
  it("is counted once: asked, answered after half an hour, closed with it", async () => {
    const threadId = await receive("m1");
    await pass(30 * MINUTE_MS);
    await answer(threadId, "1", true);
    const { total, channels, agents } = await report();
    expect(total).toMatchObject({ created: 1, received: 1, sent: 1, closed: 1, fixedAtOnce: 1, closedMessages: 2 });
    expect(total).toMatchObject({ firstCount: 1, answerCount: 1, solutionCount: 1 });
    expect((total.firstMs ?? 0) / MINUTE_MS).toBeCloseTo(30, 0);
    // Two deadlines in time: the answer's, and that of the solution only where it has a target.
    expect(total.late).toBeUndefined();
    expect(total.inTime).toBeGreaterThanOrEqual(1);
    expect(channels.map(({ channel }) => channel)).toEqual(["email"]);
    expect(agents).toHaveLength(1);
    expect((await report()).total).toEqual(total);
    expect((await report({ period: "year" })).total).toEqual(total);
  });

  it("takes the solution back when the customer comes back, and counts it again when it is closed again", async () => {
    const threadId = await receive("m1");
    await answer(threadId, "1", true);
    expect((await report()).total).toMatchObject({ closed: 1, fixedAtOnce: 1 });
    await receive("m2", "m1");
    const open = (await report()).total;
    expect(open).toMatchObject({ received: 2, sent: 1 });
    expect([open.closed, open.fixedAtOnce, open.solutionCount]).toEqual([undefined, undefined, undefined]);
    await pass(2 * HOUR_MS);
    await answer(threadId, "2", true);
    const { total } = await report();
    expect(total).toMatchObject({ closed: 1, closedMessages: 4, solutionCount: 1, answerCount: 2, firstCount: 1 });
    expect(total.fixedAtOnce).toBeUndefined();
  });

  it("counts a late answer as a missed deadline, an escalation once, and the night not at all", async () => {
    const { orgId } = inbox;
    const intervals = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, start: "09:00", end: "17:00" }));
    const hours = { name: "Office", timezone: "UTC", intervals, holidays: [], isDefault: true };
    await t.run(async (ctx) => await ctx.db.insert("calendars", { orgId, ...hours }));
    const threadId = await receive("m1");
    await setStatus(threadId, "escalated");
    await pass(DAY_MS);
    await answer(threadId, "1", true);
    const { total } = await report({ period: "week" });
    expect(total).toMatchObject({ escalated: 1, closed: 1 });
    expect(total.late).toBeGreaterThanOrEqual(1);
    // From eleven to eleven: six hours of the first day, two of the second.
    expect(total.firstMs).toBe(8 * HOUR_MS);
  });

  it("does not count the end of a conversation that was merged, but what was said in it", async () => {
    const from = await receive("m1");
    await answer(from, "1");
    const into = await receive("m2");
    const { orgId, as } = inbox;
    await as.mutation(api.inbox.merges.mutations.merge, { orgId, sourceIds: [from], targetId: into });
    await pass(0);
    expect((await report()).total.closed).toBeUndefined();
    await answer(into, "2", true);
    expect((await report()).total).toMatchObject({ closed: 1, closedMessages: 4, solutionCount: 1 });
    expect(await t.run(async (ctx) => (await ctx.db.query("teamTallies").take(5)).length)).toBe(1);
  });

  it("goes on behind an event that makes no sense, and says so", async () => {
    const { orgId } = inbox;
    const threadId = await receive("m1");
    await t.run(async (ctx) => {
      const clock = await ctx.db.query("slaClocks").first();
      if (clock === null) throw new Error("no clock");
      const payload = { clockId: clock._id, clock: "first_response", outcome: "met", at: 0.5 };
      const event = { orgId, kind: "sla.ended", subject: { threadId }, payload, at: Date.now(), depth: 0 } as const;
      // Opening hours in a zone that is none.
      const hours = { name: "?", timezone: "Nowhere/Here", intervals: [], holidays: [], isDefault: false };
      const calendarId = await ctx.db.insert("calendars", { orgId, ...hours });
      await ctx.db.patch("slaClocks", clock._id, { startedAt: -1, calendarId });
      await ctx.db.insert("domainEvents", event);
    });
    const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await answer(threadId, "1");
    expect((await report()).total).toMatchObject({ received: 1, sent: 1 });
    expect(JSON.stringify(told.mock.calls)).toContain("analytics.event_not_counted");
    told.mockRestore();
  });

  it("leaves out what happened before the figures begin", async () => {
    await receive("m1");
    await inMutation(t, async (ctx) => await startFigures(ctx, inbox.orgId, Date.now() + 1));
    expect((await report()).total).toEqual({});
  });
});

describe("who sees what", () => {
  it("shows a narrowed member their teams, mailboxes and own work only", async () => {
    await answer(await receive("m1"), "1", true);
    const agent = await makeMember(t, inbox.orgId, "agent");
    const as = agent.as;
    expect((await report({}, as)).total).toMatchObject({ received: 1 });
    const narrow = async (channelIds: Id<"channels">[]) =>
      await t.run(async (ctx) => await ctx.db.patch("members", agent.memberId, { scope: { channelIds, teamIds: [] } }));
    await narrow([inbox.smsChannelId]);
    const seen = await report({}, as);
    expect([seen.total, seen.agents, seen.unreadable]).toEqual([{}, [], null]);
    await narrow([inbox.emailChannelId]);
    expect((await report({}, as)).total).toMatchObject({ received: 1 });
  });

  it("tells nobody of another workspace's work", async () => {
    await receive("m1");
    const { orgId } = inbox;
    const stranger = t.withIdentity({ subject: "stranger", issuer: "https://elsewhere.example" });
    const asked = { orgId, now: Date.now(), period: "today" as const };
    await expect(stranger.query(api.analytics.team.queries.report, asked)).rejects.toThrow();
    await expect(stranger.query(api.analytics.team.queries.workload, { orgId })).rejects.toThrow();
  });

  it("says who has how much to do", async () => {
    const threadId = await receive("m1");
    const { orgId, as } = inbox;
    const before = await as.query(api.analytics.team.queries.workload, { orgId });
    expect(before.unassigned).toBe(1);
    const [member] = before.members;
    if (member === undefined) throw new Error("nobody");
    await as.mutation(api.inbox.mutations.assign, { orgId, threadId, assigneeId: member.memberId });
    const after = await as.query(api.analytics.team.queries.workload, { orgId });
    expect(after.unassigned).toBe(0);
    expect(after.members[0]).toMatchObject({ memberId: member.memberId, open: 1 });
  });
});
