import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON, runJobs } from "../../../tests/support/delivery";
import { deliverMail, events, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";

const page = { paginationOpts: { numItems: 20, cursor: null } };
const { set } = api.inbox.personal.mutations;
const { unread } = api.notifications.queries;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function withTeam() {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
  const { as, orgId } = inbox;
  const anna = await makeMember(t, orgId, "agent", "anna");
  const bert = await makeMember(t, orgId, "agent", "bert");
  const threadId = (await rows(t, "threads"))[0]!._id;
  const ids = { orgId, threadId };
  const write = async (text: string) => {
    const id = `<x${text.length}-${Date.now()}@example.org>`;
    await deliverMail(t, inbox, mail({ ...MAX_MAIL, "Message-ID": id, "In-Reply-To": "<m1@example.org>" }, text));
  };
  const note = async (text: string) => {
    await as.mutation(api.inbox.mutations.addNote, { ...ids, text, clientId: text });
    await runJobs(t);
  };
  return { t, inbox, as, orgId, anna, bert, threadId, ids, write, note };
}

describe("a note that names somebody", () => {
  it("tells them once, and of what the customer writes then", async () => {
    const { anna, bert, orgId, ids, note, write, t } = await withTeam();
    await note("@anna kannst du das übernehmen?");
    await note("@anna kannst du das übernehmen?");
    expect((await anna.as.query(unread, { orgId })).newest).toMatchObject([{ kind: "mentioned", count: 1 }]);
    expect((await bert.as.query(unread, { orgId })).newest).toEqual([]);
    expect(await anna.as.query(api.inbox.queries.getThread, ids)).toMatchObject({ isFollowing: true });
    await write("Noch etwas");
    expect((await anna.as.query(unread, { orgId })).newest.map(({ kind }) => kind)).toEqual([
      "new_message",
      "mentioned",
    ]);
    expect(await events(t, "member.")).toEqual(["member.mentioned"]);
  });

  it("means everybody but its author by @everyone", async () => {
    const { as, anna, bert, orgId, note } = await withTeam();
    await note("@everyone bitte lesen, auch @admin");
    for (const one of [anna, bert]) {
      expect((await one.as.query(unread, { orgId })).newest).toMatchObject([{ kind: "mentioned" }]);
    }
    expect((await as.query(unread, { orgId })).newest.map(({ kind }) => kind)).not.toContain("mentioned");
  });
});

describe("a note that names a team", () => {
  it("tells its people once each, whoever else it names, and lets them in", async () => {
    const { as, anna, bert, inbox, orgId, ids, note } = await withTeam();
    const team = { name: "Front Desk", mode: "round_robin", onlyOnline: false } as const;
    const teams = api.inbox.teams.mutations;
    const people = [anna.memberId, inbox.memberId];
    await as.mutation(teams.create, { orgId, ...team, memberIds: people });
    const old = await as.mutation(teams.create, { orgId, ...team, name: "Harbour", memberIds: [bert.memberId] });
    await as.mutation(teams.setArchived, { orgId, teamId: old, isArchived: true });
    const scope = { channelIds: [], teamIds: [] };
    for (const { memberId } of [anna, bert]) {
      await as.mutation(api.inbox.access.mutations.setScope, { orgId, memberId, scope });
    }
    await note("@front desk und @anna: bitte ansehen, @Harbour ist zu, @Front Deskchef gibt es nicht");
    expect((await anna.as.query(unread, { orgId })).newest).toMatchObject([{ kind: "mentioned", count: 1 }]);
    expect(await anna.as.query(api.inbox.queries.getThread, ids)).toMatchObject({ isFollowing: true });
    expect((await bert.as.query(unread, { orgId })).newest).toEqual([]);
    expect((await errorOf(bert.as.query(api.inbox.queries.getThread, ids))).code).toBe("not_found");
    // Its author is in the team too, and knows.
    expect((await as.query(unread, { orgId })).newest.map(({ kind }) => kind)).not.toContain("mentioned");
  });
});

describe("what a conversation is to one member", () => {
  it("muted, it says nothing of new messages, but of being meant", async () => {
    const { as, anna, orgId, ids, note, write } = await withTeam();
    await as.mutation(api.inbox.mutations.assign, { ...ids, assigneeId: anna.memberId });
    await anna.as.mutation(set, { ...ids, isMuted: true });
    await write("Noch etwas");
    await note("@anna bitte");
    const kinds = (await anna.as.query(unread, { orgId })).newest.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(["mentioned", "assigned"]));
    expect(kinds).not.toContain("new_message");
  });

  it("archived, it leaves one's own lists until something new comes; nobody else notices", async () => {
    const { anna, bert, orgId, ids, threadId, write } = await withTeam();
    const listed = async (one: typeof anna) =>
      (await one.as.query(api.inbox.queries.listThreads, { orgId, view: "all", ...page })).page.map(({ id }) => id);
    await anna.as.mutation(set, { ...ids, isArchived: true });
    expect([await listed(anna), await listed(bert)]).toEqual([[], [threadId]]);
    expect(await anna.as.query(api.inbox.queries.getThread, ids)).toMatchObject({ isArchived: true, isOpen: true });
    await write("Noch etwas");
    expect(await listed(anna)).toEqual([threadId]);
    await anna.as.mutation(set, { ...ids, isArchived: true });
    await anna.as.mutation(set, { ...ids, isArchived: false });
    expect(await listed(anna)).toEqual([threadId]);
  });

  it("unread by hand stays so until it is read, for that member only", async () => {
    const { anna, bert, ids } = await withTeam();
    const shown = async (one: typeof anna) => await one.as.query(api.inbox.queries.getThread, ids);
    for (const one of [anna, bert]) await one.as.mutation(api.inbox.mutations.markRead, ids);
    await anna.as.mutation(set, { ...ids, isUnread: true, isStarred: true });
    expect(await shown(anna)).toMatchObject({ isUnread: true, isStarred: true });
    expect(await shown(bert)).toMatchObject({ isUnread: false, isStarred: false });
    await anna.as.mutation(api.inbox.mutations.markRead, ids);
    expect(await shown(anna)).toMatchObject({ isUnread: false, isStarred: true });
    await anna.as.mutation(set, { ...ids, isUnread: true, isStarred: false });
    await anna.as.mutation(set, { ...ids, isUnread: false });
    expect(await shown(anna)).toMatchObject({ isUnread: false, isStarred: false });
  });
});

describe("lists of one's own", () => {
  it("name, follow and star their conversations by activity, and count what is unread and begun", async () => {
    const { t, inbox, as, anna, bert, orgId, ids, threadId, note, write } = await withTeam();
    vi.setSystemTime(Date.now() + 60_000);
    await deliverMail(t, inbox, mail({ ...MAX_MAIL, From: "b@example.org", "Message-ID": "<z@example.org>" }, "Zwei"));
    const second = (await rows(t, "threads")).find(({ _id }) => _id !== threadId)!._id;
    const listed = async (view: "mentioned" | "followed" | "starred" | "drafts", one = anna) =>
      (await one.as.query(api.inbox.queries.listThreads, { orgId, view, ...page })).page.map(({ id }) => id);
    const counted = async () => await anna.as.query(api.inbox.personal.queries.counts, { orgId });
    await note("@anna bitte");
    await anna.as.mutation(set, { orgId, threadId: second, isFollowing: true, isStarred: true });
    await anna.as.mutation(set, { ...ids, isStarred: true });
    expect([await listed("mentioned"), await listed("mentioned", bert)]).toEqual([[threadId], []]);
    expect(await counted()).toEqual({ mentioned: 1, followed: 2, drafts: 0, planned: 0 });
    for (const id of [threadId, second]) await anna.as.mutation(api.inbox.mutations.markRead, { orgId, threadId: id });
    expect(await counted()).toEqual({ mentioned: 0, followed: 0, drafts: 0, planned: 0 });
    vi.setSystemTime(Date.now() + 60_000);
    await write("Noch etwas");
    expect([await listed("starred"), await listed("followed")]).toEqual([
      [threadId, second],
      [threadId, second],
    ]);
    expect(await counted()).toMatchObject({ mentioned: 1, followed: 1 });
    for (const mode of ["reply", "note"] as const) {
      await anna.as.mutation(api.inbox.mutations.saveDraft, { ...ids, mode, doc: "{}" });
    }
    expect([await listed("drafts"), await counted()]).toMatchObject([[threadId], { drafts: 1 }]);
    await as.mutation(api.inbox.merges.mutations.merge, { orgId, sourceIds: [threadId], targetId: second });
    await runJobs(t);
    for (const view of ["mentioned", "starred", "followed", "drafts"] as const) {
      expect(await listed(view)).toEqual([second]);
    }
  });
});
