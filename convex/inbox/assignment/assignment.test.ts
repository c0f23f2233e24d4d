import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation, NOON, runJobs, type Convex } from "../../../tests/support/delivery";
import { makeInbox, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { DAY_MS, MINUTE_MS } from "../../lib/time";
import { receiveMessage, type InboundMessage } from "../model/receive";
import { requireThread, patchThread } from "../model/rows";
import type { RuleConditions, RuleTarget } from "./schema";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

const { assignment, teams } = api.inbox;

/** Twenty conversations with their clocks and counts take a while on a busy machine. */
const LONG_MS = 20_000;

/** The `nth` mail of customer `number`; the second answers the first. */
function customerMail(orgId: Id<"organisations">, number: number, nth: number): InboundMessage {
  return {
    orgId,
    channel: "email",
    inboxChannel: null,
    from: { address: `c${number}@example.org` },
    recipients: [],
    subject: `Frage ${number}`,
    text: `Hallo ${nth}`,
    files: [],
    externalMessageId: `${number}.${nth}@example.org`,
    inReplyTo: nth === 1 ? [] : [`${number}.1@example.org`],
    references: [],
    plusTokens: [],
    sentAt: null,
    automatic: null,
  };
}

async function answer(t: Convex, orgId: Id<"organisations">, number: number): Promise<void> {
  await inMutation(t, async (ctx) => await receiveMessage(ctx, customerMail(orgId, number, 2)));
}

async function withTeam({ mode = "round_robin" as "round_robin" | "balanced", onlyOnline = false } = {}) {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { orgId, as } = inbox;
  const agents = [];
  for (const name of ["ada", "bob", "cem"]) agents.push(await makeMember(t, orgId, "agent", name));
  const memberIds = agents.map(({ memberId }) => memberId);
  const teamId = await as.mutation(teams.mutations.create, { orgId, name: "Service", mode, onlyOnline, memberIds });
  const rule = async (target: RuleTarget, conditions: RuleConditions = {}, name = "Everything") =>
    await as.mutation(assignment.mutations.createRule, { orgId, name, conditions, target });
  const profile = async (index: number, capacity: number | null, skills: string[] = []) => {
    await as.mutation(teams.mutations.setWorkProfile, { orgId, memberId: memberIds[index]!, skills, capacity });
    await runJobs(t);
  };
  let mails = 0;
  const arrive = async (count = 1) => {
    await inMutation(t, async (ctx) => {
      for (let index = 0; index < count; index++) {
        mails += 1;
        await receiveMessage(ctx, customerMail(orgId, mails, 1));
      }
    });
  };
  const holders = async () =>
    (await rows(t, "threads")).map(({ assigneeId }) => (assigneeId === undefined ? -1 : memberIds.indexOf(assigneeId)));
  const close = async (number: number) => {
    const thread = (await rows(t, "threads"))[number - 1]!;
    await as.mutation(api.inbox.mutations.setStatus, { orgId, threadId: thread._id, status: "closed" });
    await runJobs(t);
  };
  const why = async (number: number) => {
    const threadId = (await rows(t, "threads"))[number - 1]!._id;
    return await as.query(assignment.queries.why, { orgId, threadId });
  };
  const toTeam = { kind: "team", teamId, skills: [] as string[] } as const;
  return { t, inbox, orgId, as, agents, memberIds, teamId, toTeam, rule, profile, arrive, holders, close, why };
}

const shares = (holders: number[]) => [-1, 0, 1, 2].map((one) => holders.filter((holder) => holder === one).length);

describe("a team of three and twenty conversations (product.md 2.7 no. 81)", { timeout: LONG_MS }, () => {
  it("takes turns", async () => {
    const { rule, toTeam, arrive, holders } = await withTeam();
    await rule(toTeam);
    await arrive(20);
    expect(await holders()).toEqual(Array.from({ length: 20 }, (_, index) => index % 3));
  });

  it("keeps to capacity, queues the rest, and drains it oldest first when somebody becomes free", async () => {
    const { rule, toTeam, profile, arrive, holders, close, why, as, orgId } = await withTeam();
    await rule(toTeam);
    for (const index of [0, 1, 2]) await profile(index, 2);
    await arrive(20);
    expect(shares(await holders())).toEqual([14, 2, 2, 2]);
    expect((await as.query(teams.queries.list, { orgId }))[0]).toMatchObject({ waiting: 14 });
    // The second conversation is bob's: closing it gives him the oldest that waits.
    await close(2);
    expect((await holders())[6]).toBe(1);
    expect((await holders()).slice(7)).toEqual(Array.from({ length: 13 }, () => -1));
    expect((await why(7)).map(({ trigger, assignee }) => [trigger, assignee])).toEqual([
      ["queue", "bob"],
      ["new", null],
    ]);
    // More room drains more.
    await profile(0, 5);
    expect((await holders()).slice(7, 11)).toEqual([0, 0, 0, -1]);
  });

  it("balances by what each has to do", async () => {
    const { rule, toTeam, arrive, holders, close } = await withTeam({ mode: "balanced" });
    await rule(toTeam);
    await arrive(18);
    expect(shares(await holders())).toEqual([0, 6, 6, 6]);
    for (const number of [1, 4, 7]) await close(number);
    await arrive(2);
    expect((await holders()).slice(18)).toEqual([0, 0]);
  });

  it("waits for somebody online and drains when a tab opens", async () => {
    const { t, rule, toTeam, arrive, holders, agents, orgId } = await withTeam({ onlyOnline: true });
    await rule(toTeam);
    await arrive(20);
    expect(shares(await holders())).toEqual([20, 0, 0, 0]);
    await agents[2]!.as.mutation(teams.mutations.here, { orgId });
    await runJobs(t);
    expect(shares(await holders())).toEqual([0, 0, 0, 20]);
    vi.setSystemTime(Date.now() + 10 * MINUTE_MS);
    await arrive(1);
    expect((await holders())[20]).toBe(-1);
  });

  it("gives nothing to who is away, and what waits to who comes back", async () => {
    const { t, rule, toTeam, arrive, holders, agents, orgId, why } = await withTeam();
    await rule(toTeam);
    await agents[0]!.as.mutation(teams.mutations.setAway, { orgId, isAway: true, note: "Mittag" });
    await arrive(4);
    expect(await holders()).toEqual([1, 2, 1, 2]);
    expect((await why(1))[0]).toMatchObject({ passedOver: [{ name: "ada", because: "away" }], rule: "Everything" });
    for (const index of [1, 2]) await agents[index]!.as.mutation(teams.mutations.setAway, { orgId, isAway: true });
    await arrive(1);
    expect((await holders())[4]).toBe(-1);
    await agents[0]!.as.mutation(teams.mutations.setAway, { orgId, isAway: false });
    await runJobs(t);
    expect((await holders())[4]).toBe(0);
  });

  it("ends an absence at its hour, and what waits goes to who is back", async () => {
    const { t, rule, toTeam, arrive, holders, agents, orgId } = await withTeam();
    await rule(toTeam);
    const until = Date.now() + DAY_MS;
    for (const { as } of agents) await as.mutation(teams.mutations.setAway, { orgId, isAway: true, until });
    // Until he says so.
    await agents[1]!.as.mutation(teams.mutations.setAway, { orgId, isAway: true });
    const past = agents[0]!.as.mutation(teams.mutations.setAway, { orgId, isAway: true, until: Date.now() });
    expect(await errorOf(past)).toMatchObject({ code: "invalid", field: "until" });
    await arrive(2);
    expect(await holders()).toEqual([-1, -1]);
    vi.setSystemTime(until);
    await runJobs(t);
    expect(await holders()).toEqual([0, 2]);
  });

  it("ends an absence whose end was lost", async () => {
    const { t, agents, orgId } = await withTeam();
    const [ada, until] = [agents[0]!, Date.now() + DAY_MS];
    await ada.as.mutation(teams.mutations.setAway, { orgId, isAway: true, note: "Urlaub", until });
    const isAway = async () => (await ada.as.query(teams.queries.people, { orgId })).some(({ away }) => away !== null);
    vi.setSystemTime(until - 1);
    await t.mutation(internal.inbox.teams.jobs.sweep, {});
    expect(await isAway()).toBe(true);
    vi.setSystemTime(until);
    await t.mutation(internal.inbox.teams.jobs.sweep, {});
    expect(await isAway()).toBe(false);
  });

  it("gives what needs skills to who has them, and does not let it hold up the others", async () => {
    const { rule, toTeam, profile, arrive, holders, teamId, as, orgId, why } = await withTeam();
    await profile(0, 1, ["Nederlands "]);
    await rule({ kind: "team", teamId, skills: ["nederlands"] }, { tag: "never" }, "Off");
    const skilled = await rule({ kind: "team", teamId, skills: ["nederlands"] }, {}, "Dutch");
    await arrive(3);
    expect(await holders()).toEqual([0, -1, -1]);
    expect((await why(2))[0]).toMatchObject({
      passedRules: [{ name: "Off", because: "tag" }],
      passedOver: [
        { name: "ada", because: "full" },
        { name: "bob", because: "skills" },
        { name: "cem", because: "skills" },
      ],
    });
    await as.mutation(assignment.mutations.setRuleEnabled, { orgId, ruleId: skilled, isEnabled: false });
    await rule(toTeam, {}, "Rest");
    await arrive(1);
    expect((await holders())[3]).toBe(1);
  });
});

describe("rules", () => {
  it("pass a person who is away or full for the next one, and say so", async () => {
    const { rule, profile, arrive, holders, memberIds, agents, orgId, why } = await withTeam();
    await rule({ kind: "member", memberId: memberIds[0]! }, {}, "Ada");
    await rule({ kind: "member", memberId: memberIds[1]! }, { channel: "sms" }, "Texts");
    await rule({ kind: "member", memberId: memberIds[2]! }, { hours: "open", language: "de" }, "Cem");
    await profile(0, 1);
    await arrive(2);
    expect(await holders()).toEqual([0, 2]);
    expect((await why(2))[0]).toMatchObject({
      rule: "Cem",
      passedRules: [
        { name: "Ada", because: "target_full" },
        { name: "Texts", because: "channel" },
      ],
    });
    await agents[2]!.as.mutation(teams.mutations.setAway, { orgId, isAway: true });
    vi.setSystemTime(NOON + DAY_MS);
    await arrive(1);
    expect((await holders())[2]).toBe(-1);
  });

  it("hold by the hours of the calendar", async () => {
    const { rule, arrive, holders, memberIds, inbox, t } = await withTeam();
    await inMutation(t, async (ctx) => {
      const intervals = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, start: "09:00", end: "17:00" }));
      const name = "Standard";
      const { orgId } = inbox;
      await ctx.db.insert("calendars", {
        orgId,
        name,
        timezone: "Europe/Berlin",
        intervals,
        holidays: [],
        isDefault: true,
      });
    });
    await rule({ kind: "member", memberId: memberIds[0]! }, { hours: "closed" });
    await arrive(1);
    vi.setSystemTime(NOON + DAY_MS / 2);
    await arrive(1);
    expect(await holders()).toEqual([-1, 0]);
  });

  it("are kept to known members, teams and sizes, and for leads", async () => {
    const { t, rule, teamId, memberIds, agents, orgId, as } = await withTeam();
    const other = await makeMember(t, await makeOrg(t, "Andere"), "admin", "fremd");
    const foreign = { kind: "member", memberId: other.memberId } as const;
    expect(await errorOf(rule(foreign))).toMatchObject({ code: "not_found" });
    expect(await errorOf(rule({ kind: "team", teamId, skills: [] }, {}, " "))).toMatchObject({ field: "name" });
    const target = { kind: "member", memberId: memberIds[0]! } as const;
    expect(await errorOf(rule(target, { language: "Deutsch" }))).toMatchObject({ field: "conditions.language" });
    const asAgent = agents[0]!.as.mutation(assignment.mutations.createRule, {
      orgId,
      name: "x",
      conditions: {},
      target,
    });
    expect(await errorOf(asAgent)).toMatchObject({ code: "forbidden" });
    const first = await rule(target, {}, "First");
    const second = await rule(target, {}, "Second");
    await as.mutation(assignment.mutations.moveRule, { orgId, ruleId: second, index: 0 });
    expect((await as.query(assignment.queries.rules, { orgId })).map(({ id }) => id)).toEqual([second, first]);
    await as.mutation(assignment.mutations.removeRule, { orgId, ruleId: first });
    expect(await as.query(assignment.queries.rules, { orgId })).toHaveLength(1);
  });
});

describe("a customer's reply", () => {
  it("goes to a colleague when its holder is away, and stays where that is set", async () => {
    const { t, rule, toTeam, arrive, holders, agents, orgId, as, why } = await withTeam();
    await rule(toTeam);
    await arrive(2);
    await agents[0]!.as.mutation(teams.mutations.setAway, { orgId, isAway: true });
    await answer(t, orgId, 1);
    expect(await holders()).toEqual([2, 1]);
    expect((await why(1))[0]).toMatchObject({ trigger: "away", assignee: "cem" });
    const kept = { whenAway: "keep", whenReopened: "keep", whenAnswered: "keep" } as const;
    await as.mutation(assignment.mutations.saveSettings, { orgId, ...kept });
    await agents[1]!.as.mutation(teams.mutations.setAway, { orgId, isAway: true });
    await answer(t, orgId, 2);
    expect(await holders()).toEqual([2, 1]);
  });

  it("to a closed conversation returns to its holder, or is shared anew where that is set", async () => {
    const { t, rule, toTeam, arrive, holders, orgId, as, close } = await withTeam();
    await rule(toTeam);
    await arrive(2);
    await close(1);
    await answer(t, orgId, 1);
    expect(await holders()).toEqual([0, 1]);
    const anew = { whenAway: "keep", whenReopened: "reassign", whenAnswered: "keep" } as const;
    await as.mutation(assignment.mutations.saveSettings, { orgId, ...anew });
    await close(2);
    await answer(t, orgId, 2);
    expect(await holders()).toEqual([0, 2]);
  });
});

describe("a member who is suspended", () => {
  it("loses everything at once, and their conversations go to the others", async () => {
    const { t, rule, toTeam, arrive, holders, agents, orgId, as, why } = await withTeam();
    await rule(toTeam);
    await arrive(6);
    const [ada] = agents;
    const { setMemberStatus } = teams.mutations;
    await as.mutation(setMemberStatus, { orgId, memberId: ada!.memberId, status: "suspended" });
    expect(await errorOf(ada!.as.query(api.inbox.queries.counts, { orgId }))).toMatchObject({ code: "not_found" });
    expect((await ada!.as.query(api.orgs.queries.me, {}))?.memberships).toEqual([]);
    await runJobs(t);
    expect(await holders()).toEqual([1, 1, 2, 2, 1, 2]);
    expect((await why(1))[0]).toMatchObject({ trigger: "suspended", assignee: "bob" });
    await as.mutation(setMemberStatus, { orgId, memberId: ada!.memberId, status: "active" });
    expect(await ada!.as.query(api.inbox.queries.counts, { orgId })).toMatchObject({ mine: 0 });
  });

  it("is neither oneself, nor the last admin, nor somebody above one", async () => {
    const { t, agents, inbox, orgId, as } = await withTeam();
    const { setMemberStatus } = teams.mutations;
    const status = "suspended" as const;
    const self = as.mutation(setMemberStatus, { orgId, memberId: inbox.memberId, status });
    expect(await errorOf(self)).toMatchObject({ code: "conflict" });
    const manager = await makeMember(t, orgId, "manager", "mia");
    const above = manager.as.mutation(setMemberStatus, { orgId, memberId: inbox.memberId, status });
    expect(await errorOf(above)).toMatchObject({ code: "forbidden" });
    const peer = agents[0]!.as.mutation(setMemberStatus, { orgId, memberId: agents[1]!.memberId, status });
    expect(await errorOf(peer)).toMatchObject({ code: "forbidden" });
    const second = await makeMember(t, orgId, "admin", "zoe");
    await second.as.mutation(setMemberStatus, { orgId, memberId: inbox.memberId, status });
    await as.mutation(setMemberStatus, { orgId, memberId: second.memberId, status }).catch(() => undefined);
    expect((await second.as.query(api.orgs.queries.me, {}))?.memberships).toHaveLength(1);
  });
});

describe("by hand", () => {
  it("a conversation is given to a team, waits, and can be taken out again", async () => {
    const { t, arrive, holders, agents, as, orgId, teamId, profile } = await withTeam();
    for (const index of [0, 1, 2]) await profile(index, 1);
    await arrive(4);
    const ids = (await rows(t, "threads")).map(({ _id }) => _id);
    for (const threadId of ids) await as.mutation(assignment.mutations.assignToTeam, { orgId, threadId, teamId });
    expect(await holders()).toEqual([0, 1, 2, -1]);
    await as.mutation(assignment.mutations.assignToTeam, { orgId, threadId: ids[3]!, teamId: null });
    expect((await as.query(teams.queries.list, { orgId }))[0]).toMatchObject({ waiting: 0 });
    await as.mutation(teams.mutations.setArchived, { orgId, teamId, isArchived: true });
    const late = agents[0]!.as.mutation(assignment.mutations.assignToTeam, { orgId, threadId: ids[3]!, teamId });
    expect(await errorOf(late)).toMatchObject({ code: "invalid", field: "teamId" });
  });

  it("an answer takes the conversation where that is set", async () => {
    const { t, arrive, holders, agents, as, orgId } = await withTeam();
    await arrive(1);
    const threadId = (await rows(t, "threads"))[0]!._id;
    const reply = async (index: number) => {
      const words = { text: "Gern", close: false, clientId: `r${index}` };
      await agents[index]!.as.mutation(api.inbox.mutations.reply, { orgId, threadId, ...words });
      return await holders();
    };
    expect(await reply(0)).toEqual([-1]);
    const take = { whenAway: "keep", whenReopened: "keep", whenAnswered: "take_unassigned" } as const;
    await as.mutation(assignment.mutations.saveSettings, { orgId, ...take });
    expect(await reply(1)).toEqual([1]);
    expect(await reply(2)).toEqual([1]);
  });

  it("snoozed ones neither wait nor count, and look for somebody when they wake", async () => {
    const { t, arrive, holders, as, orgId, profile, rule, toTeam } = await withTeam();
    for (const index of [0, 1, 2]) await profile(index, 1);
    await rule(toTeam);
    await arrive(4);
    const ids = (await rows(t, "threads")).map(({ _id }) => _id);
    const until = Date.now() + DAY_MS;
    await as.mutation(api.inbox.snooze.mutations.snooze, { orgId, threadId: ids[3]!, until });
    expect((await as.query(teams.queries.list, { orgId }))[0]).toMatchObject({ waiting: 0 });
    const asleep = async (threadId: Id<"threads">) =>
      await inMutation(t, async (ctx) =>
        patchThread(ctx, await requireThread(ctx, orgId, threadId), { snoozedUntil: null }),
      );
    // Whoever's conversation sleeps has room for another.
    await asleep(ids[0]!);
    await runJobs(t);
    expect(await holders()).toEqual([0, 1, 2, 0]);
    expect(await as.query(teams.queries.people, { orgId })).toContainEqual(
      expect.objectContaining({ name: "ada", load: 1, capacity: 1 }),
    );
  });
});

it("leaves everything as it was without rules", async () => {
  const { arrive, holders, why } = await withTeam();
  await arrive(1);
  expect(await holders()).toEqual([-1]);
  expect(await why(1)).toEqual([]);
});
