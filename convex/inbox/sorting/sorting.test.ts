import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON, runJobs } from "../../../tests/support/delivery";
import { deliverMail, deliverText, mail, makeInbox, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Doc } from "../../_generated/dataModel";
import { HOUR_MS } from "../../lib/time";
import type { RuleFields } from "./model/rules";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

const { sorting, assignment } = api.inbox;

/** The desk's rule: complaints are urgent. */
const COMPLAINTS: RuleFields = {
  name: "Complaints",
  conditions: { words: ["Beschwerde", "geld zurück"] },
  effect: { threadType: "complaint", priority: "urgent", tags: ["refund"] },
  goesOn: false,
};

async function desk() {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { orgId, as } = inbox;
  const ada = await makeMember(t, orgId, "agent", "ada");
  const bob = await makeMember(t, orgId, "agent", "bob");
  let mails = 0;
  const arrive = async (subject: string, text: string, headers: Record<string, string> = {}) => {
    mails += 1;
    const all = { From: "Max <max@example.org>", "Message-ID": `<s${mails}@example.org>`, ...headers };
    await deliverMail(t, inbox, mail({ Subject: subject, ...all }, text));
    return (await rows(t, "threads")).at(-1)!;
  };
  const rule = async (fields: RuleFields) => await as.mutation(sorting.mutations.createRule, { orgId, ...fields });
  const give = async (name: string, conditions: Doc<"assignmentRules">["conditions"], memberId: typeof ada.memberId) =>
    await as.mutation(assignment.mutations.createRule, {
      orgId,
      name,
      conditions,
      target: { kind: "member", memberId },
    });
  const now = async (thread: Doc<"threads">) => (await rows(t, "threads")).find(({ _id }) => _id === thread._id)!;
  const change = async (
    thread: Doc<"threads">,
    fields: { threadType?: "complaint" | "sales_inquiry"; tags?: string[] },
  ) => await as.mutation(api.inbox.mutations.change, { orgId, threadId: thread._id, ...fields });
  return { t, inbox, orgId, as, ada, bob, arrive, rule, give, now, change };
}

describe("what arrives", () => {
  it("is typed, ranked and tagged before it is given out and before its clock runs, and says why", async () => {
    const { t, orgId, as, ada, bob, arrive, rule, give } = await desk();
    await rule(COMPLAINTS);
    await give("Everything urgent", { threadType: "complaint", priority: "urgent", tag: "Refund" }, ada.memberId);
    await give("The rest", {}, bob.memberId);
    const plain = await arrive("Frage", "Wann beginnt der Kurs?");
    const angry = await arrive("Kurs 12", "Ich will mein GELD zurueck, mein Geld zuruck!");
    expect(plain).toMatchObject({
      threadType: "customer_support",
      priority: "normal",
      tags: [],
      assigneeId: bob.memberId,
    });
    expect(angry).toMatchObject({
      threadType: "complaint",
      priority: "urgent",
      tags: ["refund"],
      assigneeId: ada.memberId,
    });
    const lines = (await rows(t, "messages")).filter(({ messageType }) => messageType === "system_notification");
    expect(lines.map(({ threadId, text }) => [threadId, text])).toEqual([
      [angry._id, expect.stringContaining("Complaints")],
    ]);
    const audit = (await rows(t, "auditEntries")).filter(({ action }) => action === "thread.sorted");
    expect(audit.map(({ details }) => details)).toEqual([
      { rule: "Complaints", type: "complaint", priority: "urgent", tags: "refund" },
    ]);
    const tagged = await as.query(api.inbox.queries.listThreads, {
      orgId,
      view: "all",
      tag: "refund",
      paginationOpts: { numItems: 5, cursor: null },
    });
    expect(tagged.page.map(({ id }) => id)).toEqual([angry._id]);
  });

  it("has the deadline of what it is", async () => {
    const { orgId, as, arrive, rule } = await desk();
    const nobody = { kind: "nobody" } as const;
    await as.mutation(api.sla.mutations.createPolicy, {
      orgId,
      name: "Complaints",
      conditions: { threadType: "complaint" },
      targets: { first_response: 30 },
      escalation: {
        first_reminder: nobody,
        team_leader_alert: nobody,
        manager_escalation: nobody,
        executive_alert: nobody,
        executiveAfterHours: 24,
      },
    });
    await rule(COMPLAINTS);
    expect((await arrive("Beschwerde", "!")).responseDueAt).toBe(NOON + HOUR_MS / 2);
  });

  it("is sorted once: what follows in the conversation changes nothing", async () => {
    const { t, arrive, rule, now } = await desk();
    await rule(COMPLAINTS);
    const thread = await arrive("Frage", "Hallo");
    await arrive("Re: Frage", "Das ist eine Beschwerde", { "In-Reply-To": "<s1@example.org>" });
    expect(await rows(t, "threads")).toHaveLength(1);
    expect(await now(thread)).toMatchObject({ threadType: "customer_support", tags: [] });
  });

  it("goes by mailbox, channel, sender, organisation, language and files", async () => {
    const { t, inbox, orgId, as, arrive, rule } = await desk();
    const accountId = await as.mutation(api.contacts.accounts.mutations.ensure, {
      orgId,
      name: "Haff",
      kind: "customer",
    });
    const set = (tag: string, conditions: RuleFields["conditions"]) =>
      rule({ name: tag, conditions, effect: { tags: [tag] }, goesOn: true });
    await set("domain", { senders: ["@Example.org"] });
    await set("mailbox", { channelId: inbox.emailChannelId });
    await set("text", { channel: "sms" });
    await set("number", { senders: ["0171 1234567"] });
    await set("dutch", { language: "NL" });
    await set("haff", { accountId });
    await set("bare", { hasFiles: false });
    const first = await arrive("A", "a");
    expect(first.tags).toEqual(["domain", "mailbox", "bare"]);
    await deliverText(t, inbox, { from: "+491711234567", text: "Hallo", id: "sms1" });
    expect((await rows(t, "threads")).at(-1)!.tags).toEqual(["text", "number", "bare"]);
    const known = { orgId, contactId: first.contactId!, locale: "nl-NL", accountId };
    await as.mutation(api.contacts.edits.mutations.change, known);
    expect((await arrive("Etwas ganz anderes", "b")).tags).toEqual(["domain", "mailbox", "dutch", "haff", "bare"]);
  });

  it("stays as it is when its sender is blocked", async () => {
    const { t, orgId, as, arrive, rule } = await desk();
    const first = await arrive("A", "a");
    await as.mutation(api.inbox.spam.mutations.mark, { orgId, threadId: first._id, block: true });
    await rule({ ...COMPLAINTS, conditions: {} });
    const blocked = await arrive("Etwas ganz anderes", "Beschwerde");
    expect(blocked).toMatchObject({ isSpam: true, threadType: "customer_support", tags: [] });
    expect((await rows(t, "messages")).some(({ messageType }) => messageType === "system_notification")).toBe(false);
  });
});

describe("what a member says a conversation is", () => {
  it("asks the assignment rules again while it is nobody's", async () => {
    const { orgId, as, ada, bob, arrive, give, now, change } = await desk();
    await give("Complaints", { threadType: "complaint" }, ada.memberId);
    await give("Refunds", { tag: "refund" }, bob.memberId);
    const [one, two] = [await arrive("Eins", "a"), await arrive("Zwei und mehr", "b")];
    await change(one, { threadType: "complaint" });
    await change(two, { tags: ["Refund"] });
    expect((await now(one)).assigneeId).toBe(ada.memberId);
    expect((await now(two)).assigneeId).toBe(bob.memberId);
    const [why] = await as.query(assignment.queries.why, { orgId, threadId: one._id });
    expect(why).toMatchObject({ trigger: "classified", rule: "Complaints", by: "Anna Admin", assignee: "ada" });
    // Somebody has it: what it is called now takes it from nobody.
    await change(one, { tags: ["refund"] });
    expect((await now(one)).assigneeId).toBe(ada.memberId);
  });

  it("leaves alone what a person took away, what a person gave to a team, and what is closed", async () => {
    const { orgId, as, ada, bob, arrive, give, now, change } = await desk();
    await give("Complaints", { threadType: "complaint" }, ada.memberId);
    const memberIds = [bob.memberId];
    const team = { orgId, name: "Service", mode: "balanced" as const, onlyOnline: true, memberIds };
    const teamId = await as.mutation(api.inbox.teams.mutations.create, team);
    const [taken, given, closed] = [
      await arrive("Eins", "a"),
      await arrive("Zwei und mehr", "b"),
      await arrive("Drei ganz neu", "c"),
    ];
    for (const assigneeId of [bob.memberId, null]) {
      await as.mutation(api.inbox.mutations.assign, { orgId, threadId: taken._id, assigneeId });
    }
    await as.mutation(assignment.mutations.assignToTeam, { orgId, threadId: given._id, teamId });
    await as.mutation(api.inbox.mutations.setStatus, { orgId, threadId: closed._id, status: "closed" });
    for (const thread of [taken, given, closed]) {
      await change(thread, { threadType: "complaint" });
      expect((await now(thread)).assigneeId).toBeUndefined();
    }
    expect((await now(given)).teamId).toBe(teamId);
  });
});

describe("rules", () => {
  it("are refused with the field at fault", async () => {
    const { orgId, as, rule } = await desk();
    const wrong: [Partial<RuleFields>, string][] = [
      [{ name: " " }, "name"],
      [{ effect: { tags: [" "] } }, "effect"],
      [{ effect: { tags: Array.from({ length: 11 }, (_, index) => `t${index}`) } }, "tags"],
      [{ effect: { tags: ["x".repeat(61)] } }, "tags"],
      [{ conditions: { words: ["..."] } }, "conditions.words"],
      [{ conditions: { words: ["x".repeat(81)] } }, "conditions.words"],
      [{ conditions: { words: Array.from({ length: 51 }, (_, index) => `w${index}`) } }, "conditions.words"],
      [{ conditions: { senders: ["nobody"] } }, "conditions.senders"],
      [{ conditions: { senders: ["a@b@c"] } }, "conditions.senders"],
      [{ conditions: { language: "german" } }, "conditions.language"],
    ];
    for (const [fields, field] of wrong) {
      expect(await errorOf(rule({ ...COMPLAINTS, ...fields }))).toMatchObject({ code: "invalid", field });
    }
    await rule({
      ...COMPLAINTS,
      conditions: { words: [" a  b ", "a b"], wordsIn: "text", senders: ["Anna@Firma.DE"] },
    });
    const [kept] = await as.query(sorting.queries.rules, { orgId });
    expect(kept?.conditions).toEqual({ words: ["a b"], wordsIn: "text", senders: ["anna@firma.de"] });
  });

  it("belong to one organisation and to those who manage assignment", async () => {
    const { t, orgId, as, ada, rule } = await desk();
    const ruleId = await rule(COMPLAINTS);
    const otherId = await makeOrg(t, "Other");
    const other = { orgId: otherId, ...(await makeMember(t, otherId, "admin", "stranger")) };
    const stranger = { orgId: other.orgId, ruleId };
    expect(await errorOf(other.as.mutation(sorting.mutations.removeRule, stranger))).toMatchObject({
      code: "not_found",
    });
    expect(await errorOf(ada.as.mutation(sorting.mutations.removeRule, { orgId, ruleId }))).toMatchObject({
      code: "forbidden",
    });
    const theirs = {
      conditions: { channelId: (await t.run(async (ctx) => await ctx.db.query("channels").first()))!._id },
    };
    const named = other.as.mutation(sorting.mutations.createRule, { orgId: other.orgId, ...COMPLAINTS, ...theirs });
    expect(await errorOf(named)).toMatchObject({ code: "not_found" });
    expect(await as.query(sorting.queries.rules, { orgId })).toHaveLength(1);
  });

  it("are moved, switched off and tried out without anything being kept", async () => {
    const { t, orgId, as, rule } = await desk();
    const [first, second] = [await rule({ ...COMPLAINTS, name: "One" }), await rule({ ...COMPLAINTS, name: "Two" })];
    const ask = {
      orgId,
      channel: "email" as const,
      from: "max@example.org",
      subject: "Beschwerde",
      text: "",
      hasFiles: false,
    };
    const names = async () => (await as.query(sorting.queries.tryOut, ask)).taken.map(({ name }) => name);
    expect(await names()).toEqual(["One"]);
    await as.mutation(sorting.mutations.moveRule, { orgId, ruleId: second, index: 0 });
    expect(await names()).toEqual(["Two"]);
    await as.mutation(sorting.mutations.setRuleEnabled, { orgId, ruleId: second, isEnabled: false });
    expect(await names()).toEqual(["One"]);
    await as.mutation(sorting.mutations.changeRule, {
      orgId,
      ruleId: first,
      ...COMPLAINTS,
      conditions: { words: ["Lob"] },
    });
    expect(await as.query(sorting.queries.tryOut, ask)).toMatchObject({ taken: [], passed: [{ because: "words" }] });
    await as.mutation(sorting.mutations.removeRule, { orgId, ruleId: first });
    expect(await as.query(sorting.queries.tryOut, ask)).toMatchObject({ taken: [], passed: [] });
    await runJobs(t);
    expect(await rows(t, "threads")).toEqual([]);
    const said = (await rows(t, "auditEntries")).map(({ action }) => action).filter((one) => one.startsWith("sorting"));
    expect(said.map((one) => one.split(".")[1])).toEqual([
      "created",
      "created",
      "moved",
      "disabled",
      "changed",
      "removed",
    ]);
  });
});
