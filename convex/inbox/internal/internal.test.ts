import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, runJobs, type Convex } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, type Inbox } from "../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { queueEvent } from "../../api/webhooks/deliveries/model";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let t: Convex;
let inbox: Inbox;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 4, 12, 10), toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  inbox = await makeInbox(t);
});
afterEach(() => vi.useRealTimers());

const { internal } = api.inbox;
const page = { paginationOpts: { numItems: 20, cursor: null } };

async function discuss(asked: { memberIds?: Id<"members">[]; orders?: string[]; teamId?: Id<"teams"> } = {}) {
  return await inbox.as.mutation(internal.mutations.beginDiscussion, {
    orgId: inbox.orgId,
    subject: "Order A-4711 is late",
    text: "Who calls the yard?",
    memberIds: [],
    orders: [],
    teamId: null,
    clientId: "d1",
    ...asked,
  });
}

async function openTicket(asked: { teamId?: Id<"teams">; clientId?: string } = {}) {
  return await inbox.as.mutation(internal.mutations.beginTicket, {
    orgId: inbox.orgId,
    subject: "Boat hook broken",
    text: "At pier 3",
    orders: [],
    teamId: null,
    threadType: "internal_task",
    priority: "high",
    category: "Boats",
    clientId: "t1",
    ...asked,
  });
}

const detail = async (threadId: Id<"threads">) =>
  await inbox.as.query(api.inbox.queries.getThread, { orgId: inbox.orgId, threadId });

it("begins a discussion once, with its first note, and calls in who takes part", async () => {
  const { orgId, as } = inbox;
  const ada = await makeMember(t, orgId, "agent", "ada");
  const threadId = await discuss({ memberIds: [ada.memberId], orders: ["A-4711"] });
  expect(await discuss({ memberIds: [ada.memberId] })).toBe(threadId);
  await runJobs(t);
  expect(await detail(threadId)).toMatchObject({
    channel: "internal_comment",
    threadType: "project_discussion",
    contact: null,
    replyAddress: null,
    orders: ["A-4711"],
    isFollowing: true,
    lastMessagePreview: "Who calls the yard?",
  });
  const mentioned = await ada.as.query(api.inbox.queries.listThreads, { orgId, view: "mentioned", ...page });
  expect(mentioned.page.map(({ id }) => id)).toEqual([threadId]);
  const counts = await as.query(api.inbox.queries.counts, { orgId });
  expect(counts).toMatchObject({ all: 1, mine: 1, email: 0, internal_comment: 1, internal_ticket: 0 });
  const listed = await as.query(api.inbox.queries.listThreads, {
    orgId,
    view: "all",
    channel: "internal_comment",
    ...page,
  });
  expect(listed.page.map(({ id }) => id)).toEqual([threadId]);
  const found = await as.query(api.inbox.search.queries.find, { orgId, text: "channel:internal_comment yard" });
  expect(found.threads.map(({ id }) => id)).toEqual([threadId]);
  const ofOrder = await as.query(internal.queries.ofOrder, { orgId, order: "a-4711" });
  expect(ofOrder).toMatchObject({ threadId, isOpen: true });
  expect(await as.query(internal.queries.ofOrder, { orgId, order: "A-1" })).toBeNull();
});

it("refuses what cannot begin, and answers where nobody is", async () => {
  const { orgId, as } = inbox;
  const other = await makeMember(t, await makeOrg(t, "Andere"), "agent", "eve");
  expect(await errorOf(discuss({ memberIds: [other.memberId] }))).toMatchObject({ code: "not_found" });
  expect(await errorOf(discuss({ orders: ["x".repeat(300)] }))).toMatchObject({ code: "invalid", field: "orders" });
  const threadId = await discuss();
  const answer = as.mutation(api.inbox.mutations.reply, {
    orgId,
    threadId,
    text: "Hello",
    close: false,
    clientId: "r",
  });
  expect(await errorOf(answer)).toMatchObject({ code: "invalid", field: "threadId" });
  await as.mutation(api.inbox.mutations.setStatus, { orgId, threadId, status: "closed" });
  await runJobs(t);
  expect(await allRows(t, "threads")).toHaveLength(1);
  expect(await t.run(async (ctx) => await ctx.db.query("surveys").take(10))).toEqual([]);
});

it("opens a ticket without a customer that a policy's time for resolving runs for, and links one later", async () => {
  const { orgId, as, contactId } = inbox;
  await as.mutation(api.sla.mutations.createPolicy, {
    orgId,
    name: "Internal",
    conditions: { channel: "internal_ticket" },
    targets: { first_response: 30, resolution: 60 },
    escalation: {
      first_reminder: { kind: "nobody" },
      team_leader_alert: { kind: "nobody" },
      manager_escalation: { kind: "nobody" },
      executive_alert: { kind: "nobody" },
      executiveAfterHours: 24,
    },
  });
  const threadId = await openTicket();
  expect(await openTicket()).toBe(threadId);
  await runJobs(t);
  const clocks = await t.run(async (ctx) => await ctx.db.query("slaClocks").take(10));
  // Nobody is there to be answered: only resolving it is measured.
  expect(clocks.map(({ kind }) => kind)).toEqual(["resolution"]);
  expect(await detail(threadId)).toMatchObject({ isTicket: true, priority: "high", channel: "internal_ticket" });
  expect((await detail(threadId)).responseDueAt).toBe(Date.UTC(2026, 4, 12, 11));
  const tickets = await as.query(api.inbox.tickets.queries.list, { orgId, view: "open", ...page });
  expect(tickets.page).toMatchObject([{ threadId, status: "NEW", urgency: "MED", source: "manual", contact: null }]);
  await as.mutation(internal.mutations.linkCustomer, { orgId, threadId, contactId });
  expect(await detail(threadId)).toMatchObject({ channel: "email", contact: { id: contactId }, isTicket: true });
  const again = as.mutation(internal.mutations.linkCustomer, { orgId, threadId, contactId });
  expect(await errorOf(again)).toMatchObject({ code: "conflict" });
  const counts = await as.query(api.inbox.queries.counts, { orgId });
  expect(counts).toMatchObject({ all: 1, email: 1, internal_ticket: 0 });
  await as.mutation(api.inbox.mutations.reply, { orgId, threadId, text: "Hello", close: false, clientId: "r" });
});

it("shows members who see only some the discussions of their teams, and those they are called into", async () => {
  const { orgId, as } = inbox;
  const ada = await makeMember(t, orgId, "agent", "ada");
  const yard = await as.mutation(api.inbox.teams.mutations.create, {
    orgId,
    name: "Yard",
    mode: "round_robin",
    onlyOnline: false,
    memberIds: [],
  });
  const scope = { channelIds: [], teamIds: [yard] };
  await t.run(async (ctx) => await ctx.db.patch("members", ada.memberId, { scope }));
  const hidden = await discuss();
  const refused = ada.as.query(api.inbox.queries.getThread, { orgId, threadId: hidden });
  expect(await errorOf(refused)).toMatchObject({ code: "not_found" });
  expect(await ada.as.query(internal.queries.ofOrder, { orgId, order: "A-1" })).toBeNull();
  const ticketId = await openTicket({ teamId: yard });
  const seen = await ada.as.query(api.inbox.queries.listThreads, { orgId, view: "all", ...page });
  expect(seen.page.map(({ id }) => id)).toEqual([ticketId]);
  expect(await ada.as.query(api.inbox.queries.counts, { orgId })).toMatchObject({ all: 1, internal_ticket: 1 });
});

it("puts a discussion into a customer's conversation, and not the other way round", async () => {
  const { orgId, as } = inbox;
  await deliverMail(t, inbox, mail(MAX_MAIL, "Wo ist mein Segel?"));
  const customer = (await allRows(t, "threads"))[0]!._id;
  const threadId = await discuss();
  const merge = async (sourceId: Id<"threads">, targetId: Id<"threads">) =>
    await as.mutation(api.inbox.merges.mutations.merge, { orgId, sourceIds: [sourceId], targetId });
  expect(await errorOf(merge(customer, threadId))).toMatchObject({ code: "invalid", field: "targetId" });
  await merge(threadId, customer);
  await runJobs(t);
  expect((await detail(threadId)).id).toBe(customer);
});

it("gives a ticket for which no team is named to whom the rules say, and keeps a view of the team's own", async () => {
  const { orgId, as } = inbox;
  const ada = await makeMember(t, orgId, "agent", "ada");
  const target = { kind: "member", memberId: ada.memberId } as const;
  const rule = { orgId, name: "Internal", conditions: { channel: "internal_ticket" as const }, target };
  await as.mutation(api.inbox.assignment.mutations.createRule, rule);
  const ticketId = await openTicket();
  expect(await detail(ticketId)).toMatchObject({ assignee: { memberId: ada.memberId } });
  expect(await detail(await discuss())).toMatchObject({ assignee: { memberId: inbox.memberId } });
  const filter = { view: "all" as const, channel: "internal_ticket" as const };
  await as.mutation(api.inbox.savedViews.mutations.save, { orgId, name: "Team", isShared: true, filter });
  expect(await ada.as.query(api.inbox.savedViews.queries.list, { orgId })).toMatchObject([{ name: "Team", filter }]);
});

it("is told to other systems with its channel and without a contact", async () => {
  const { orgId, as } = inbox;
  const kinds = ["thread.created" as const];
  const endpoint = { orgId, url: "https://hooks.example.org/in", description: "ERP", kinds };
  await as.mutation(api.api.webhooks.mutations.add, endpoint);
  const threadId = await discuss();
  await t.run(async (ctx) => {
    const [event] = (await ctx.db.query("domainEvents").take(50)).filter(({ kind }) => kind === "thread.created");
    await queueEvent(ctx, event!);
  });
  const [delivery] = await t.run(async (ctx) => await ctx.db.query("webhookDeliveries").take(5));
  const { data } = JSON.parse(delivery!.body) as { data: Record<string, unknown> };
  expect(data).toEqual({ threadId, channel: "internal_comment" });
});

it("is part of what is known of a customer from the moment it is theirs, and goes with them", async () => {
  const { orgId, as, contactId } = inbox;
  const threadId = await openTicket();
  const known = async () => {
    await as.mutation(api.privacy.mutations.requestExport, { orgId, contactId, note: "Letter" });
    await runJobs(t);
    const asked = { orgId, contactId, paginationOpts: { numItems: 1, cursor: null } };
    const [request] = (await as.query(api.privacy.queries.requests, asked)).page;
    const storageId = request?.state.kind === "done" ? request.state.storageId : undefined;
    return await t.run(async (ctx) => await (await ctx.storage.get(storageId!))!.text());
  };
  expect(await known()).not.toContain("At pier 3");
  await as.mutation(internal.mutations.linkCustomer, { orgId, threadId, contactId });
  vi.setSystemTime(Date.now() + 60_000);
  expect(await known()).toContain("At pier 3");
  const erasure = { orgId, contactId, note: "Letter", confirmedName: "Max Muster" };
  await as.mutation(api.privacy.mutations.requestErasure, erasure);
  await runJobs(t);
  const left = JSON.stringify([await allRows(t, "threads"), await allRows(t, "messages")]);
  expect(left).not.toContain("At pier 3");
  expect(left).not.toContain("Boat hook broken");
});
