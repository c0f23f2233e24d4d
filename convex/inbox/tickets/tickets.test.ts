import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, inMutation, NOON, runJobs, type Convex } from "../../../tests/support/delivery";
import {
  deliverMail,
  deliverText,
  events,
  mail,
  makeInbox,
  MAX_MAIL,
  rows,
  type Inbox,
} from "../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { purgeThread } from "../retention/model";
import { TICKET_STATUSES, type TicketStatus } from "./sets";

const { mutations, queries } = api.inbox.tickets;
const PAGE = { numItems: 20, cursor: null };
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let t: Convex;
let inbox: Inbox;
let threadId: Id<"threads">;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON });
  t = setupConvex();
  inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Die Heizung ist aus."));
  vi.setSystemTime(NOON);
  threadId = (await rows(t, "threads"))[0]!._id;
});
afterEach(() => vi.useRealTimers());

const make = async (more: Partial<(typeof mutations.make)["_args"]> = {}) =>
  await inbox.as.mutation(mutations.make, { orgId: inbox.orgId, threadId, ...more });
const open = async (more: Partial<(typeof mutations.open)["_args"]> = {}) =>
  await inbox.as.mutation(mutations.open, {
    orgId: inbox.orgId,
    person: { kind: "address", address: "0171 5550001", name: "Max Kunde" },
    subject: "Heizung tropft",
    text: "Ruft an: es tropft in den Keller.",
    clientId: "c1",
    ...more,
  });
const move = async (to: TicketStatus, reason?: string) =>
  await inbox.as.mutation(mutations.move, {
    orgId: inbox.orgId,
    threadId,
    to,
    ...(reason === undefined ? {} : { reason }),
  });
const detail = async () => await inbox.as.query(queries.ofThread, { orgId: inbox.orgId, threadId });
const list = async (asked: Partial<(typeof queries.list)["_args"]> = {}) =>
  (await inbox.as.query(queries.list, { orgId: inbox.orgId, view: "open", paginationOpts: PAGE, ...asked })).page;
const thread = async (id = threadId) => (await rows(t, "threads")).find(({ _id }) => _id === id)!;
const setStatus = async (status: "open" | "escalated" | "resolved" | "closed" | "in_progress") =>
  await inbox.as.mutation(api.inbox.mutations.setStatus, { orgId: inbox.orgId, threadId, status });

it("makes a conversation a ticket once, with the conversation's number, source and status", async () => {
  expect(await detail()).toBeNull();
  expect(await make({ category: "  Heizung   kaputt ", urgency: "HIGH" })).toMatchObject({ threadId, isNew: true });
  expect(await make()).toMatchObject({ threadId, isNew: false });
  expect(await detail()).toMatchObject({
    number: (await thread()).number,
    status: "NEW",
    source: "email",
    category: "Heizung kaputt",
    urgency: "HIGH",
    moves: [{ from: null, to: "NEW", by: "Anna Admin", isJump: false }],
  });
  expect((await thread()).priority).toBe("urgent");
  expect(await allRows(t, "tickets")).toHaveLength(1);
  expect(await events(t, "ticket.")).toEqual(["ticket.created"]);
  expect((await rows(t, "auditEntries")).map(({ action }) => action)).toContain("ticket.created");
});

it("goes through S3's flow step by step, its conversation with it", async () => {
  await make();
  const seen: string[] = [];
  for (const to of TICKET_STATUSES.slice(1)) {
    await move(to);
    seen.push((await thread()).status);
  }
  expect(seen).toEqual(["waiting_internal", "waiting_customer", "in_progress", "resolved", "closed"]);
  expect((await detail())?.moves.map(({ to, isJump }) => [to, isJump])).toEqual(
    [...TICKET_STATUSES].reverse().map((to) => [to, false]),
  );
  expect(await events(t, "thread.closed")).toHaveLength(1);
});

it("refuses a jump without a reason and keeps the reason of one", async () => {
  await make();
  expect(await errorOf(move("DONE"))).toMatchObject({ code: "conflict", field: "reason" });
  expect(await errorOf(move("DONE", "   "))).toMatchObject({ code: "conflict" });
  expect(await errorOf(move("DONE", "x".repeat(501)))).toMatchObject({ code: "invalid", field: "reason" });
  expect((await thread()).status).toBe("open");
  await move("DONE", "War schon erledigt");
  expect((await detail())?.moves[0]).toMatchObject({
    from: "NEW",
    to: "DONE",
    isJump: true,
    reason: "War schon erledigt",
  });
  expect((await thread()).isOpen).toBe(false);
});

it("follows its conversation, and records what the flow does not know as a jump", async () => {
  await make();
  await setStatus("in_progress");
  await setStatus("escalated");
  expect(await detail()).toMatchObject({ status: "IN_PROGRESS" });
  await setStatus("closed");
  expect(await detail()).toMatchObject({ status: "CLOSED", moves: [{ isJump: true, reason: null }, {}, {}] });
  expect(await list()).toEqual([]);
  await setStatus("open");
  expect(await list()).toMatchObject([{ threadId, status: "NEW" }]);
});

it("makes one task to call back where a member says so, none where the conversation did", async () => {
  await make();
  await move("NEEDS_CALLBACK");
  await runJobs(t);
  const callbacks = (await allRows(t, "tasks")).filter(({ taskType }) => taskType === "callback");
  expect(callbacks).toMatchObject([{ taskType: "callback", links: { threadId }, assigneeId: inbox.memberId }]);
});

it("gives tickets S3's deadline once: 120 minutes, paused in quiet hours", async () => {
  await make();
  const [policy] = await allRows(t, "slaPolicies");
  expect(policy).toMatchObject({ conditions: { isTicket: true }, targets: { first_response: 120 } });
  const { responseDueAt } = await thread();
  expect(responseDueAt).toBe(NOON + 120 * MINUTE_MS);
  // Half an hour before the quiet hours begin: the rest of the time counts the next morning.
  const org = (await allRows(t, "organisations"))[0]!;
  expect(org.quietHours).toEqual({ start: "21:00", end: "07:00" });
  const calendar = (await allRows(t, "calendars")).find(({ _id }) => _id === policy!.calendarId)!;
  expect(calendar.intervals).toHaveLength(7);
  expect(calendar.intervals[0]).toEqual({ weekday: 1, start: "07:00", end: "21:00" });
  await inbox.as.mutation(api.sla.mutations.removePolicy, { orgId: inbox.orgId, policyId: policy!._id });
  await open();
  expect(await allRows(t, "slaPolicies")).toEqual([]);
});

it("is written down by hand for a stranger who waits for an answer from then on", async () => {
  const made = await open({ urgency: "LOW", category: "Sanitär" });
  expect(made.isNew).toBe(true);
  expect(await open()).toEqual({ ...made, isNew: false });
  const opened = await thread(made.threadId);
  expect(opened).toMatchObject({ subject: "Heizung tropft", channel: "sms", priority: "low", status: "open" });
  expect(opened.responseDueAt).toBe(NOON + 120 * MINUTE_MS);
  expect((await list({ source: "manual" })).map(({ number }) => number)).toEqual([made.number]);
  const texts = (await rows(t, "messages")).filter((message) => message.threadId === made.threadId);
  expect(texts).toMatchObject([{ messageType: "internal_note", text: "Ruft an: es tropft in den Keller." }]);
  const nobody = open({ person: { kind: "address", address: "niemand" }, clientId: "c2" });
  expect(await errorOf(nobody)).toMatchObject({ code: "invalid", field: "person" });
});

it("is one for a phone number and day, on whatever channel, unless another one is meant", async () => {
  const first = await open();
  expect(await open({ clientId: "c2" })).toEqual({ ...first, isNew: false });
  await deliverText(t, inbox, { from: "+491715550001", text: "Es tropft noch", id: "w1", channel: "whatsapp" });
  vi.setSystemTime(NOON);
  const written = (await rows(t, "threads")).find(({ channel }) => channel === "whatsapp")!;
  expect(await make({ threadId: written._id })).toEqual({ ...first, isNew: false });
  expect(await make({ threadId: written._id, isSeparate: true })).toMatchObject({ threadId: written._id, isNew: true });
  vi.setSystemTime(NOON + DAY_MS);
  expect(await open({ clientId: "c3" })).toMatchObject({ isNew: true });
});

it("goes along when its conversation is merged, and back when that is undone", async () => {
  await make();
  await deliverText(t, inbox, { from: "+4915112345678", text: "Hallo", id: "s1" });
  const other = (await rows(t, "threads")).find(({ _id }) => _id !== threadId)!._id;
  const merging = { orgId: inbox.orgId, sourceIds: [threadId], targetId: other };
  const [mergeId] = await inbox.as.mutation(api.inbox.merges.mutations.merge, merging);
  await runJobs(t);
  expect(await list()).toMatchObject([{ threadId: other, status: "NEW" }]);
  await inbox.as.mutation(api.inbox.merges.mutations.undo, { orgId: inbox.orgId, mergeIds: [mergeId!] });
  await runJobs(t);
  expect(await list()).toMatchObject([{ threadId, status: "NEW" }]);
  expect((await thread(other)).ticketId).toBeUndefined();
});

it("is closed with its conversation when that is put into another ticket", async () => {
  await make();
  const { threadId: other } = await open();
  const merging = { orgId: inbox.orgId, sourceIds: [threadId], targetId: other };
  await inbox.as.mutation(api.inbox.merges.mutations.merge, merging);
  await runJobs(t);
  expect(await list()).toMatchObject([{ threadId: other }]);
  expect(await list({ view: "CLOSED" })).toEqual([]);
});

it("is described, filtered by what it says, and made a conversation again", async () => {
  await make();
  const who = { orgId: inbox.orgId, threadId };
  await inbox.as.mutation(mutations.describe, { ...who, category: "Notfall", source: "missed_call", urgency: "HIGH" });
  expect(await list({ urgency: "HIGH", source: "missed_call" })).toMatchObject([{ category: "Notfall" }]);
  expect(await list({ urgency: "LOW" })).toEqual([]);
  expect(await list({ assigneeId: inbox.memberId })).toEqual([]);
  await inbox.as.mutation(mutations.remove, who);
  expect(await detail()).toBeNull();
  expect([await allRows(t, "tickets"), await allRows(t, "ticketMoves")]).toEqual([[], []]);
  expect(await errorOf(move("DONE", "x"))).toMatchObject({ code: "not_found" });
});

it("shows nobody else's, and none of a conversation out of sight", async () => {
  await make();
  const orgId = await makeOrg(t, "Andere");
  const foreign = inbox.as.mutation(mutations.make, { orgId, threadId });
  expect(await errorOf(foreign)).toMatchObject({ code: expect.stringMatching(/not_found|forbidden/) as string });
  const narrow = await makeMember(t, inbox.orgId, "agent", "narrow");
  await t.run(
    async (ctx) => await ctx.db.patch("members", narrow.memberId, { scope: { channelIds: [], teamIds: [] } }),
  );
  const seen = await narrow.as.query(queries.list, { orgId: inbox.orgId, view: "open", paginationOpts: PAGE });
  expect(seen.page).toEqual([]);
});

it("fills the pages of a narrowed member however many tickets between them are hidden", async () => {
  const narrow = await makeMember(t, inbox.orgId, "agent", "narrow");
  const scope = { channelIds: [inbox.smsChannelId], teamIds: [] };
  const own = await inMutation(t, async (ctx) => {
    await ctx.db.patch("members", narrow.memberId, { scope });
    const { _id, _creationTime, ...thread } = (await ctx.db.get("threads", threadId))!;
    const ids: Id<"threads">[] = [];
    for (let each = 0; each < 45; each++) {
      const channelId = each % 15 === 0 ? inbox.smsChannelId : inbox.emailChannelId;
      const copyId = await ctx.db.insert("threads", { ...thread, channelId, number: 100 + each });
      const facts = { status: "NEW", isOpen: true, source: "email", date: "2026-05-12" } as const;
      await ctx.db.insert("tickets", { orgId: inbox.orgId, threadId: copyId, ...facts });
      if (each % 15 === 0) ids.unshift(copyId);
    }
    return ids;
  });
  const pageAfter = async (cursor: string | null) =>
    await narrow.as.query(queries.list, {
      orgId: inbox.orgId,
      view: "open",
      paginationOpts: { numItems: 2, cursor },
    });
  const first = await pageAfter(null);
  expect([first.page.map((row) => row.threadId), first.isDone]).toEqual([own.slice(0, 2), false]);
  const second = await pageAfter(first.continueCursor);
  expect([second.page.map((row) => row.threadId), second.isDone]).toEqual([own.slice(2), true]);
});

it("keeps no words of it when the texts of its conversation are removed", async () => {
  await make({ category: "Frau Muster, Heizung" });
  await move("DONE", "Frau Muster hat abgesagt");
  await t.run(async (ctx) => {
    const row = await ctx.db.get("threads", threadId);
    while (!(await purgeThread(ctx, row!, Date.now())));
  });
  expect(await detail()).toMatchObject({ status: "DONE", category: null, moves: [{ reason: null }, {}] });
});

it("goes along when its person asks for their data, with the words members wrote about it", async () => {
  await make({ category: "Heizung kaputt" });
  await move("DONE", "Am Telefon geholfen");
  const asked = { orgId: inbox.orgId, contactId: inbox.contactId, cursor: null };
  const known = await t.query(internal.inbox.privacy.jobs.conversations, asked);
  const told = JSON.parse(known.rows) as Record<string, unknown>[];
  const found = told.filter(({ category }) => category !== undefined);
  expect(found).toMatchObject([
    {
      category: "Heizung kaputt",
      status: "DONE",
      history: [{ to: "DONE", reason: "Am Telefon geholfen" }, { to: "NEW" }],
    },
  ]);
  expect(known.rows).not.toContain(inbox.orgId);
  await t.mutation(internal.inbox.privacy.jobs.erase, asked);
  const after = await t.query(internal.inbox.privacy.jobs.conversations, asked);
  expect(after.rows).not.toContain("Heizung kaputt");
  expect(after.rows).not.toContain("Telefon");
});

const wantTickets = async (channels: (typeof mutations.setSettings)["_args"]["channels"]) =>
  await inbox.as.mutation(mutations.setSettings, { orgId: inbox.orgId, channels });

it("makes a customer's new conversation a ticket by itself, on the channels that are to", async () => {
  expect(await inbox.as.query(queries.settings, { orgId: inbox.orgId })).toEqual({ channels: [] });
  await wantTickets(["email", "email"]);
  await deliverMail(
    t,
    inbox,
    mail({ From: "Eva Neu <eva@example.org>", "Message-ID": "<eva1@example.org>" }, "Der Boiler tropft."),
  );
  expect(await list()).toMatchObject([
    { source: "email", status: "NEW", contact: { name: expect.any(String) as string } },
  ]);
  const [ticket] = await list();
  expect((await thread(ticket!.threadId)).responseDueAt).toBe(NOON + 120 * MINUTE_MS);
  expect(await inbox.as.query(queries.ofThread, { orgId: inbox.orgId, threadId: ticket!.threadId })).toMatchObject({
    moves: [{ from: null, to: "NEW", by: null }],
  });
  // Those that were there before stay what they are; other channels too.
  expect(await detail()).toBeNull();
  await deliverText(t, inbox, { from: "+491715550009", text: "Hallo?", id: "s1" });
  expect(await list()).toHaveLength(1);
  await wantTickets([]);
  await deliverMail(t, inbox, mail({ From: "uwe@example.org", "Message-ID": "<uwe1@example.org>" }, "Noch eine Frage"));
  expect(await list()).toHaveLength(1);
});

it("makes no second ticket by itself for a phone number that has one of the day", async () => {
  await wantTickets(["sms", "whatsapp"]);
  await deliverText(t, inbox, { from: "+491715550009", text: "Die Heizung ist aus.", id: "s1" });
  vi.setSystemTime(NOON); // Delivering lived through what was scheduled.
  await deliverText(t, inbox, { from: "+491715550009", text: "Ist die SMS da?", id: "w1", channel: "whatsapp" });
  expect(await list()).toMatchObject([{ source: "sms_reply" }]);
});

it("lets only who manages deadlines say what becomes a ticket by itself", async () => {
  const agent = await makeMember(t, inbox.orgId, "agent", "agent");
  const asked = agent.as.mutation(mutations.setSettings, { orgId: inbox.orgId, channels: ["sms"] });
  expect(await errorOf(asked)).toMatchObject({ code: "forbidden" });
});
