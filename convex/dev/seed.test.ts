import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { localIdentity } from "../../tests/support/members";
import { settle } from "../../tests/support/bookings";
import { api, internal } from "../_generated/api";
import { BOOKINGS } from "./data/bookings";
import { DISCUSSION, INTERNAL_TICKET } from "./data/discussions";
import { CONTACTS } from "./data/people";
import { THREADS } from "./data/threads";

const NOW = Date.parse("2026-05-12T13:00:00Z");

type Backend = ReturnType<typeof setupConvex>;

/** Loading react-email and seeding on a busy machine; the seed itself takes about a second. */
const SEED_TIMEOUT_MS = 120_000;

let t: Backend;
let answer: { email: string; password: string; orgName: string };

beforeAll(async () => {
  vi.useFakeTimers({ now: NOW });
  t = setupConvex();
  answer = await t.action(internal.dev.seed.run, {});
  await settle(t, 30);
}, SEED_TIMEOUT_MS);
afterAll(() => {
  vi.useRealTimers();
});

const all = async (table: "messageQueue" | "stepRuns" | "sandboxMessages" | "contacts" | "bookings") =>
  await t.run(async (ctx) => await ctx.db.query(table).take(1000));

function countBy<T>(items: T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}

describe("the demo workspace", () => {
  it("is believable: past messages are on their devices, future ones wait, nothing leaves now", async () => {
    expect(answer).toMatchObject({ email: "demo@haff-segeln.example", orgName: "Segelschule Haff" });
    const queue = await t.run(async (ctx) => await ctx.db.query("messageQueue").take(1000));
    const states = countBy(queue, ({ state }) => state.kind);
    expect(states["sending"]).toBeUndefined();
    expect(states["delivered"]).toBeGreaterThan(20);
    expect(states["pending"]).toBeGreaterThan(20);
    expect(states["bounced"]).toBe(1);
    for (const { state, dueAt } of queue) {
      if (state.kind === "pending") expect(dueAt).toBeGreaterThan(NOW);
      else expect("at" in state && state.at).toBeLessThanOrEqual(NOW + 10_000);
    }
    const onDevices = await t.run(async (ctx) => await ctx.db.query("sandboxMessages").take(1000));
    expect(onDevices.every(({ at }) => at <= NOW + 10_000)).toBe(true);
    expect(onDevices.filter(({ html }) => html !== undefined).length).toBeGreaterThan(10);
    expect(onDevices.some(({ text, html }) => `${text}${html ?? ""}`.includes("{{"))).toBe(false);
    expect(await all("contacts")).toHaveLength(Object.keys(CONTACTS).length);
    expect(await all("bookings")).toHaveLength(BOOKINGS.length);
  });

  it("has months of figures behind it, and none of the story that is told while it is made", async () => {
    await t.mutation(internal.analytics.team.jobs.rollUp, {});
    const org = await t.run(async (ctx) => await ctx.db.query("organisations").first());
    if (org === null) throw new Error("no workspace");
    const member = await t.run(async (ctx) => await ctx.db.query("members").first());
    const person = member === null ? null : await t.run(async (ctx) => await ctx.db.get("people", member.personId));
    const as = t.withIdentity(localIdentity(person?.authKey.replace("local:", "") ?? ""));
    const ask = async (period: "today" | "quarter") =>
      await as.query(api.analytics.team.queries.report, { orgId: org._id, now: NOW, period });
    const [today, quarter] = [await ask("today"), await ask("quarter")];
    expect(today.total).toEqual({});
    expect(quarter.total.closed).toBeGreaterThan(200);
    expect(quarter.agents).toHaveLength(2);
    expect(quarter.channels.map(({ channel }) => channel)).toEqual(["email", "sms", "whatsapp"]);
  });

  it("tells journeys of every kind", async () => {
    const runs = await t.run(async (ctx) => await ctx.db.query("stepRuns").take(1000));
    const kinds = countBy(runs, ({ state }) => ("reason" in state ? `${state.kind}:${state.reason}` : state.kind));
    expect(Object.keys(kinds).sort()).toEqual([
      "cancelled:booking_cancelled",
      "cancelled:booking_no_show",
      "failed:The mailbox does not exist.",
      "planned",
      "sent",
      "skipped:past_at_enrolment",
    ]);
    const figures = await t.run(async (ctx) => await ctx.db.query("sequenceFigures").take(1000));
    const counted = figures.filter(({ stepId }) => stepId !== null).flatMap(({ counts }) => Object.entries(counts));
    const totals: Record<string, number> = {};
    for (const [state, count] of counted) totals[state] = (totals[state] ?? 0) + count;
    const enrolments = await t.run(async (ctx) => await ctx.db.query("enrolments").take(1000));
    const here = enrolments.filter(({ standsAt }) => standsAt !== undefined).length;
    expect(here).toBeGreaterThan(0);
    const states = countBy(runs, ({ state }) => state.kind);
    expect(totals).toMatchObject({ ...states, here });
    expect(totals["delivered"]).toBeGreaterThan(20);
    expect(totals["lost"]).toBe(1);
  });

  it("has an inbox with conversations of every age, signed in to by both agents", async () => {
    const users = await t.run(async (ctx) => await ctx.db.query("users").take(1000));
    expect(users.map(({ name }) => name)).toEqual(["Jana Petersen", "Malte Brandt"]);
    const as = t.withIdentity(localIdentity(users[0]!._id));
    const me = await as.query(api.orgs.queries.me, {});
    expect(me?.memberships).toMatchObject([{ orgName: "Segelschule Haff", role: "admin", isDemo: true }]);
    const orgId = me!.memberships[0]!.orgId;
    const paginationOpts = { numItems: 50, cursor: null };
    const view = async (name: "all" | "closed") =>
      (await as.query(api.inbox.queries.listThreads, { orgId, view: name, paginationOpts })).page;
    const [open, closed] = [await view("all"), await view("closed")];
    // Beside those with customers, the team's discussion and its own ticket.
    const own = open.filter(({ channel }) => channel === "internal_comment" || channel === "internal_ticket");
    expect(own.map(({ subject }) => subject)).toEqual([DISCUSSION.subject, INTERNAL_TICKET.subject]);
    expect(open.length + closed.length).toBe(THREADS.length + own.length);
    expect(open[0]).toMatchObject({ contact: { name: "Mehmet Yılmaz" }, priority: "urgent", isUnread: true });
    expect(open.map(({ lastMessageAt }) => lastMessageAt)).toEqual(
      open.map(({ lastMessageAt }) => lastMessageAt).sort((a, b) => b - a),
    );
    const sophie = open.find(({ contact }) => contact?.name === "Sophie Brandt")!;
    expect(sophie.isUnread).toBe(false);
    const { page } = await as.query(api.inbox.queries.listMessages, { orgId, threadId: sophie.id, paginationOpts });
    expect(page).toMatchObject([
      { messageType: "outgoing", senderName: "Malte Brandt", deliveryStatus: "read", at: NOW - 160 * 60_000 },
      { messageType: "incoming", senderName: "Sophie Brandt", at: NOW - 180 * 60_000 },
    ]);
  });

  it("is made once", async () => {
    const before = (await all("messageQueue")).length;
    expect(await t.action(internal.dev.seed.run, {})).toEqual(answer);
    expect(await all("messageQueue")).toHaveLength(before);
  });
});
