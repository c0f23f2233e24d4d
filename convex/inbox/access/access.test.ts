import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, runJobs, type Convex } from "../../../tests/support/delivery";
import { deliverMail, deliverText, mail, makeInbox, MAX_MAIL, type Inbox } from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { ThreadScope } from "../../lib/threadScope";

const { setRole, setScope } = api.inbox.access.mutations;
const { getThread, listThreads } = api.inbox.queries;

let t: Convex;
let inbox: Inbox;
let ada: Awaited<ReturnType<typeof makeMember>>;
let mailThread: Id<"threads">;
let textThread: Id<"threads">;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 4, 12, 10), toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Wo ist mein Segel?"));
  await deliverText(t, inbox, { from: "+4915112345678", text: "Ist das Boot frei?", id: "1" });
  ada = await makeMember(t, inbox.orgId, "agent", "ada");
  const threads = await allRows(t, "threads");
  mailThread = threads.find(({ channel }) => channel === "email")!._id;
  textThread = threads.find(({ channel }) => channel === "sms")!._id;
});
afterEach(() => vi.useRealTimers());

const narrow = async (scope: ThreadScope | null, memberId = ada.memberId) =>
  await inbox.as.mutation(setScope, { orgId: inbox.orgId, memberId, scope });
const toTexts = (): ThreadScope => ({ channelIds: [inbox.smsChannelId], teamIds: [] });
const open = async (threadId: Id<"threads">) => await ada.as.query(getThread, { orgId: inbox.orgId, threadId });
const listed = async () => {
  const paginationOpts = { numItems: 20, cursor: null };
  return (await ada.as.query(listThreads, { orgId: inbox.orgId, view: "all", paginationOpts })).page.map(
    ({ id }) => id,
  );
};
const note = async (text: string, clientId: string) =>
  await inbox.as.mutation(api.inbox.mutations.addNote, { orgId: inbox.orgId, threadId: mailThread, text, clientId });

it("narrows an agent to a channel at once, and widens again", async () => {
  expect(await listed()).toHaveLength(2);
  await narrow(toTexts());
  expect(await listed()).toEqual([textThread]);
  expect((await errorOf(open(mailThread))).code).toBe("not_found");
  expect((await open(textThread)).id).toBe(textThread);
  await narrow(null);
  expect((await open(mailThread)).id).toBe(mailThread);
  const actions = (await allRows(t, "auditEntries")).filter(({ action }) => action === "member.scope_changed");
  expect(actions.map(({ details }) => details)).toMatchObject([{ channels: "SMS", teams: "" }, { channels: null }]);
});

it("says of a hidden conversation what it says of none", async () => {
  await narrow(toTexts());
  const hidden = await errorOf(open(mailThread));
  await t.run(async (ctx) => await ctx.db.delete("threads", mailThread));
  expect(await errorOf(open(mailThread))).toEqual(hidden);
});

it("lets in who is named in a note, who is given the conversation, and who follows it", async () => {
  await narrow(toTexts());
  await note("Kannst du das klären, @ada?", "n1");
  expect((await open(mailThread)).isFollowing).toBe(true);
  expect(await listed()).toContain(mailThread);
  await ada.as.mutation(api.inbox.personal.mutations.set, {
    orgId: inbox.orgId,
    threadId: mailThread,
    isFollowing: false,
  });
  expect(await listed()).toEqual([textThread]);
  const give = { orgId: inbox.orgId, threadId: mailThread, assigneeId: ada.memberId };
  await inbox.as.mutation(api.inbox.mutations.assign, give);
  expect(await listed()).toContain(mailThread);
  // Giving it on is the last thing they do with it.
  await ada.as.mutation(api.inbox.mutations.assign, { ...give, assigneeId: null });
  expect((await errorOf(open(mailThread))).code).toBe("not_found");
});

it("tells nobody of what they may not open, and hides what they were told before", async () => {
  await inbox.as.mutation(api.inbox.mutations.assign, {
    orgId: inbox.orgId,
    threadId: mailThread,
    assigneeId: ada.memberId,
  });
  await runJobs(t);
  const news = async () => (await ada.as.query(api.notifications.queries.unread, { orgId: inbox.orgId })).count;
  expect(await news()).toBe(1);
  await inbox.as.mutation(api.inbox.mutations.assign, { orgId: inbox.orgId, threadId: mailThread, assigneeId: null });
  await narrow(toTexts());
  expect(await news()).toBe(0);
  await narrow(null);
  expect(await news()).toBe(1);
});

it("takes of all that match only what the member sees, and leaves alone what went out of sight meanwhile", async () => {
  await narrow(toTexts());
  const target = { kind: "matching", filter: { view: "all" } } as const;
  const close = { orgId: inbox.orgId, target, status: "closed", clientId: "b1" } as const;
  await ada.as.mutation(api.inbox.bulk.mutations.setStatus, close);
  await runJobs(t);
  const states = (await allRows(t, "threads")).map(({ _id, status }) => [_id, status]);
  expect(Object.fromEntries(states)).toEqual({ [mailThread]: "open", [textThread]: "closed" });
  const chosen = { kind: "threads" as const, threadIds: [textThread, mailThread] };
  const refused = ada.as.mutation(api.inbox.bulk.mutations.setStatus, { ...close, target: chosen, clientId: "b2" });
  expect((await errorOf(refused)).code).toBe("not_found");
});

it("merges nothing into and out of what the member does not see", async () => {
  await narrow(toTexts());
  const merge = { orgId: inbox.orgId, sourceIds: [textThread], targetId: mailThread };
  expect((await errorOf(ada.as.mutation(api.inbox.merges.mutations.merge, merge))).code).toBe("not_found");
  const back = { ...merge, sourceIds: [mailThread], targetId: textThread };
  expect((await errorOf(ada.as.mutation(api.inbox.merges.mutations.merge, back))).code).toBe("not_found");
});

it("begins a conversation of one's own on any channel", async () => {
  await narrow(toTexts());
  const threadId = await ada.as.mutation(api.inbox.conversations.mutations.begin, {
    orgId: inbox.orgId,
    person: { kind: "contact", contactId: inbox.contactId },
    channel: "email",
    subject: "Ihr Kurs",
  });
  expect((await open(threadId)).subject).toBe("Ihr Kurs");
});

it("changes roles: not one's own, not the last admin's, none above one's own", async () => {
  const { orgId } = inbox;
  const role = async (memberId: Id<"members">, to: "admin" | "manager" | "agent", as = inbox.as) =>
    await as.mutation(setRole, { orgId, memberId, role: to });
  expect((await errorOf(role(inbox.memberId, "agent"))).code).toBe("conflict");
  await narrow(toTexts());
  await role(ada.memberId, "manager");
  // Managers see everything, whatever they were narrowed to before.
  expect(await listed()).toHaveLength(2);
  expect((await errorOf(role(inbox.memberId, "agent", ada.as))).code).toBe("forbidden");
  const ben = await makeMember(t, orgId, "agent", "ben");
  expect((await errorOf(role(ben.memberId, "admin", ada.as))).code).toBe("forbidden");
  await role(ben.memberId, "manager", ada.as);
  expect((await errorOf(role(inbox.memberId, "agent", ben.as))).code).toBe("forbidden");
  await role(ben.memberId, "admin");
  await role(inbox.memberId, "agent", ben.as);
  const changes = (await allRows(t, "auditEntries")).filter(({ action }) => action === "member.role_changed");
  expect(changes.map(({ details }) => details?.to)).toEqual(["manager", "manager", "admin", "agent"]);
});

it("narrows no role that serves everybody, and to nothing of another organisation's", async () => {
  const lead = await makeMember(t, inbox.orgId, "team_lead", "lena");
  expect(await errorOf(narrow(toTexts(), lead.memberId))).toMatchObject({ code: "invalid", field: "scope" });
  expect((await errorOf(narrow(toTexts(), inbox.memberId))).code).toBe("conflict");
  const foreign = await t.run(async (ctx) => {
    const orgId = await ctx.db.insert("organisations", {
      name: "Fremd",
      slug: "fremd",
      timezone: "Europe/Berlin",
      locale: "de",
      modules: {},
      quietHours: { start: "21:00", end: "07:00" },
      isDemo: false,
    });
    return await ctx.db.insert("channels", { orgId, channelType: "sms", channelName: "SMS", isActive: true });
  });
  expect((await errorOf(narrow({ channelIds: [foreign], teamIds: [] }))).code).toBe("not_found");
  const asked = ada.as.mutation(setScope, { orgId: inbox.orgId, memberId: ada.memberId, scope: null });
  expect((await errorOf(asked)).code).toBe("forbidden");
});
