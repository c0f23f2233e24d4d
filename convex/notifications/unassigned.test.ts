import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { allRows, inMutation, NOON, type Convex } from "../../tests/support/delivery";
import { mail, makeInbox, type Inbox } from "../../tests/support/inbox";
import { makeMember } from "../../tests/support/members";
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { emit } from "../events/model";
import { storeRawEvent } from "../intake/model";
import type { Role } from "../lib/permissions";
import { tellOfEvent } from "./model/events";

// Somebody hears of new work that nobody has (product.md A-46).

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

async function desk({ ruled = true } = {}) {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { orgId, as } = inbox;
  const join = async (name: string, role: Role = "agent") => await makeMember(t, orgId, role, name);
  const [ada, bob, cem] = [await join("ada"), await join("bob"), await join("cem")];
  const memberIds = [ada.memberId, bob.memberId];
  // Nobody is online: what the team is given waits.
  const team = { orgId, name: "Service", mode: "balanced" as const, onlyOnline: true, memberIds };
  const teamId = await as.mutation(api.inbox.teams.mutations.create, team);
  const target = { kind: "team" as const, teamId, skills: [] };
  const rule = { orgId, name: "All", conditions: {}, target };
  if (ruled) await as.mutation(api.inbox.assignment.mutations.createRule, rule);
  const receive = async (id: string, more: Record<string, string> = {}) => {
    const headers = { From: `${id}@example.org`, Subject: id, "Message-ID": `<${id}@example.org>`, ...more };
    const text = mail(headers, "Hallo");
    const body = { kind: "text", text } as const;
    const sourceId = inbox.emailChannelId;
    await inMutation(t, (ctx) => storeRawEvent(ctx, { orgId, kind: "email_raw", sourceId, dedupeKey: id, body }));
    await settle(t);
  };
  const told = async (member: { as: Inbox["as"] }) =>
    (await member.as.query(api.notifications.queries.unread, { orgId })).newest.map(
      ({ kind, count, title }) => `${kind} ${count} ${title}`,
    );
  const wish = async (member: { as: Inbox["as"] }, kind: "unassigned" | "team_unassigned", isOn: boolean) => {
    const known = await member.as.query(api.notifications.queries.settings, { orgId });
    const choices = [{ kind, channels: isOn ? (["app"] as const).slice() : [] }];
    await member.as.mutation(api.notifications.mutations.saveMySettings, { orgId, ...known, choices });
  };
  const away = async (memberId: Id<"members">) => {
    await inMutation(t, (ctx) => ctx.db.patch("members", memberId, { away: { since: NOON } }));
  };
  return { t, inbox, orgId, as, ada, bob, cem, receive, told, wish, away, join };
}

describe("a new conversation that nobody has", () => {
  it("is told to its team, once, whatever is written there afterwards", async () => {
    const { t, ada, bob, cem, inbox, receive, told } = await desk();
    await receive("m1");
    for (const one of [ada, bob]) expect(await told(one)).toEqual(["team_unassigned 1 m1"]);
    for (const one of [cem, inbox]) expect(await told(one)).toEqual([]);
    await receive("m2", { From: "m1@example.org", Subject: "Re: m1", "In-Reply-To": "<m1@example.org>" });
    const created = (await allRows(t, "domainEvents")).find(({ kind }) => kind === "thread.created")!;
    await inMutation(t, (ctx) => tellOfEvent(ctx, created));
    expect(await told(ada)).toEqual(["team_unassigned 1 m1"]);
  });

  it("is told to those who are there; to those who are away only where all are", async () => {
    const { ada, bob, receive, told, away } = await desk();
    await away(ada.memberId);
    await receive("m1");
    expect([await told(ada), await told(bob)]).toEqual([[], ["team_unassigned 1 m1"]]);
    await away(bob.memberId);
    await receive("m2");
    expect([await told(ada), await told(bob)]).toEqual([
      ["team_unassigned 1 m2"],
      ["team_unassigned 1 m2", "team_unassigned 1 m1"],
    ]);
  });

  it("is told to nobody who does not wish it, nor when somebody has it, nor when a member began it", async () => {
    const { t, orgId, as, ada, bob, receive, told, wish } = await desk();
    await wish(bob, "team_unassigned", false);
    const rules = await as.query(api.inbox.assignment.queries.rules, { orgId });
    await receive("m1");
    expect(await told(bob)).toEqual([]);
    const target = { kind: "member" as const, memberId: ada.memberId };
    await as.mutation(api.inbox.assignment.mutations.changeRule, {
      orgId,
      ruleId: rules[0]!.id,
      name: "All",
      conditions: {},
      target,
    });
    await receive("m2");
    const ofTeam = (await told(ada)).filter((one) => one.startsWith("team_unassigned"));
    expect(ofTeam).toEqual(["team_unassigned 1 m1"]);
    const before = (await allRows(t, "notifications")).length;
    const [thread] = await allRows(t, "threads");
    const subject = { threadId: thread!._id, contactId: thread!.contactId };
    await inMutation(t, (ctx) => emit(ctx, { orgId, kind: "thread.created", subject, payload: { channel: "email" } }));
    await settle(t);
    expect(await allRows(t, "notifications")).toHaveLength(before);
  });

  it("without a team is told to those who chose it and may see it", async () => {
    const { t, inbox, ada, bob, cem, receive, told, wish } = await desk({ ruled: false });
    await wish(ada, "unassigned", true);
    await wish(cem, "unassigned", true);
    await inMutation(t, (ctx) =>
      ctx.db.patch("members", cem.memberId, { scope: { channelIds: [inbox.smsChannelId], teamIds: [] } }),
    );
    await receive("m1");
    expect([await told(ada), await told(bob), await told(cem)]).toEqual([["unassigned 1 m1"], [], []]);
  });
});

it("a conversation that nobody has is told to the team it is moved to, but not to whoever moved it", async () => {
  const { t, orgId, as, ada, bob, cem, receive, told } = await desk();
  await receive("m1");
  const [thread] = await allRows(t, "threads");
  const threadId = thread!._id;
  const memberIds = [bob.memberId, cem.memberId];
  const other = { orgId, name: "Kasse", mode: "balanced" as const, onlyOnline: true, memberIds };
  const teamId = await as.mutation(api.inbox.teams.mutations.create, other);
  await bob.as.mutation(api.notifications.mutations.markAll, { orgId });
  await bob.as.mutation(api.inbox.assignment.mutations.assignToTeam, { orgId, threadId, teamId });
  await settle(t);
  expect(await told(cem)).toEqual(["team_unassigned 1 m1"]);
  expect((await told(ada)).length).toBe(1);
  const ofBob = (await allRows(t, "notifications")).filter(({ memberId }) => memberId === bob.memberId);
  expect(ofBob).toHaveLength(1);
  // Told once, however often it is said.
  const given = (await allRows(t, "domainEvents")).filter(({ kind }) => kind === "thread.team_given");
  expect(given.at(-1)?.payload).toMatchObject({ teamId, by: bob.memberId });
  for (const event of given) await inMutation(t, (ctx) => tellOfEvent(ctx, event));
  expect(await told(cem)).toEqual(["team_unassigned 1 m1"]);
});

it("a deadline of nobody's conversation is told to its team, else to those who lead", async () => {
  const { t, orgId, as, ada, cem, receive, told, join } = await desk();
  const lead = await join("lena", "team_lead");
  await receive("m1");
  const [thread] = await allRows(t, "threads");
  const threadId = thread!._id;
  const stage = async (clockId: string) => {
    const payload = { clockId, stage: "first_reminder", to: "assignee" };
    await inMutation(t, (ctx) => emit(ctx, { orgId, kind: "sla.stage", subject: { threadId }, payload }));
    await settle(t);
  };
  await stage("a");
  expect(await told(ada)).toEqual(["deadline 1 m1", "team_unassigned 1 m1"]);
  expect([await told(cem), await told(lead)]).toEqual([[], []]);
  await as.mutation(api.inbox.assignment.mutations.assignToTeam, { orgId, threadId, teamId: null });
  await stage("b");
  expect(await told(lead)).toEqual(["deadline 1 m1"]);
  expect(await told(ada)).toHaveLength(2);
  await as.mutation(api.inbox.mutations.assign, { orgId, threadId, assigneeId: cem.memberId });
  await stage("c");
  expect((await told(cem)).toSorted()).toEqual(["assigned 1 m1", "deadline 1 m1"]);
  expect(await told(lead)).toHaveLength(1);
});
