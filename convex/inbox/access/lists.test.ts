import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation, NOON, type Convex } from "../../../tests/support/delivery";
import { makeInbox } from "../../../tests/support/inbox";
import { makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import { THREAD_STATUSES } from "../../lib/closedSets";
import { threadAccess, type ThreadScope } from "../../lib/threadScope";
import { createTeam } from "../../orgs/teams/model";
import { LIST_ORDERS, orderIn, THREAD_VIEWS, type ListOrderName, type ThreadView } from "../filters";
import { insertThread, patchThread } from "../model/rows";
import { setPersonal } from "../personal/model";

// What a narrowed member's lists and counts say must be what the one rule says of every row (product.md A-51).

const { listThreads, counts } = api.inbox.queries;
const THREADS = 70;
const one = <const T>(values: readonly T[]) => fc.constantFrom(...values);
const seedArb = fc.record({
  status: one(THREAD_STATUSES),
  place: one(["mail", "sms", "none"]),
  team: one(["school", "harbour", "none"]),
  holder: one(["me", "other", "none", "none"]),
  snooze: one(["none", "none", "until", "reply"]),
  isOverdue: fc.boolean(),
  isSpam: one([true, false, false]),
  isFollowing: one([true, false, false, false]),
  tags: fc.subarray(["Kurs", "Boot"]),
});

beforeEach(() => void vi.useFakeTimers({ now: NOON, toFake: ["Date"] }));
afterEach(() => vi.useRealTimers());

async function makeWorld(t: Convex) {
  const inbox = await makeInbox(t);
  const { orgId } = inbox;
  const [me, other] = [await makeMember(t, orgId, "agent", "ada"), await makeMember(t, orgId, "agent", "ben")];
  const team = async (name: string) =>
    await inMutation(t, async (ctx) => await createTeam(ctx, orgId, { name, mode: "round_robin", onlyOnline: false }));
  const teams = { school: await team("School"), harbour: await team("Harbour") };
  return { ...inbox, me, other, teams };
}
type World = Awaited<ReturnType<typeof makeWorld>>;
type Made = Doc<"threads"> & { isFollowing: boolean };

async function fill(t: Convex, world: World): Promise<Made[]> {
  const { orgId, me, other, teams, emailChannelId, smsChannelId } = world;
  const seeds = fc.sample(seedArb, { seed: 20261122, numRuns: THREADS });
  return await inMutation(t, async (ctx) => {
    const made: Made[] = [];
    for (const [index, seed] of seeds.entries()) {
      const thread = await insertThread(ctx, {
        orgId,
        subject: `${index}`,
        threadType: "customer_support",
        priority: "normal",
        status: seed.status,
        channel: seed.place === "sms" ? "sms" : "email",
        channelId: seed.place === "mail" ? emailChannelId : seed.place === "sms" ? smsChannelId : undefined,
        lastMessageAt: NOON - ((index * 37) % 13),
        lastMessagePreview: "",
        lastMessageType: "incoming",
        tags: index % 2 === 0 ? seed.tags : [],
        externalReferences: {},
      });
      const isSnoozed = seed.snooze !== "none" && thread.isOpen;
      const isLate = seed.isOverdue && thread.isOpen;
      await patchThread(ctx, thread, {
        teamId: seed.team === "none" ? undefined : teams[seed.team],
        assigneeId: seed.holder === "none" ? undefined : seed.holder === "me" ? me.memberId : other.memberId,
        // The other half gets its tags later.
        tags: seed.tags,
        ...(isSnoozed ? { snoozedUntil: seed.snooze === "reply" ? null : NOON + index } : {}),
        ...(seed.isSpam && !thread.isOpen ? { isSpam: true as const } : {}),
        // Clocks set these; here they are made by hand, in the same write as the counts.
        ...((isLate ? { isOverdue: true, responseDueAt: NOON - (index % 7) } : {}) as object),
      });
      if (seed.isFollowing) await setPersonal(ctx, thread, me.memberId, { isFollowing: true, isStarred: true });
      const row = await ctx.db.get("threads", thread._id);
      made.push({ ...row!, isFollowing: seed.isFollowing });
    }
    return made;
  });
}

function isInView({ isOpen = false, ...row }: Made, view: ThreadView, me: Id<"members">): boolean {
  const isAwake = row.snoozedUntil === undefined;
  switch (view) {
    case "all":
      return isOpen && isAwake;
    case "mine":
      return isOpen && isAwake && row.assigneeId === me;
    case "unassigned":
      return isOpen && isAwake && row.assigneeId === undefined;
    case "overdue":
      return isOpen && row.isOverdue === true;
    case "snoozed":
      return !isAwake;
    case "closed":
      return !isOpen && row.isSpam !== true;
    case "spam":
      return row.isSpam === true;
    case "followed":
    case "starred":
      return row.isFollowing && row.isSpam !== true;
    case "mentioned":
    case "drafts":
      return false;
  }
}

function placeOf(row: Made, view: ThreadView, asked?: ListOrderName): number {
  const order = orderIn({ view, ...(asked === undefined ? {} : { order: asked }) });
  if (order === "oldest") return row.lastMessageAt;
  if (order === "deadline") return row.responseDueAt ?? 3 * NOON - row._creationTime;
  if (view === "overdue") return row.responseDueAt ?? 0;
  return view === "snoozed" ? (row.snoozedUntil ?? 0) : -row.lastMessageAt;
}

it("lists and counts in every view what the rule allows, and nothing else, over any pages", async () => {
  const t = setupConvex();
  const world = await makeWorld(t);
  const { orgId, me, teams, emailChannelId, smsChannelId } = world;
  const made = await fill(t, world);
  await inMutation(t, async (ctx) => {
    await ctx.db.insert("inboxWalks", { kind: "tags", after: NOON, isDone: true, workedAt: NOON });
  });
  const byId = new Map(made.map((row) => [row._id, row]));
  const scopeArb = fc.record({
    channelIds: fc.subarray([emailChannelId, smsChannelId]),
    teamIds: fc.subarray([teams.school, teams.harbour]),
  });
  const askedArb = fc.record({
    scope: fc.option(scopeArb),
    view: one(THREAD_VIEWS),
    tag: one([undefined, "Kurs", "Boot"]),
    order: one([undefined, ...LIST_ORDERS]),
  });
  let hidden = 0;
  const isMine = ({ assigneeId }: Made) => assigneeId === me.memberId;
  const seenIn = (scope: ThreadScope | null) =>
    made.filter((row) => scope === null || threadAccess(scope, { ...row, isAssigned: isMine(row) }) !== null);
  await fc.assert(
    fc.asyncProperty(askedArb, fc.integer({ min: 1, max: 20 }), async ({ scope, view, tag, order }, numItems) => {
      await inMutation(t, async (ctx) => await ctx.db.patch("members", me.memberId, { scope: scope ?? undefined }));
      const seen = seenIn(scope);
      const wanted = seen.filter(
        (row) => isInView(row, view, me.memberId) && (tag === undefined || row.tags.includes(tag)),
      );
      hidden += made.length - seen.length;
      const found: Id<"threads">[] = [];
      for (let cursor: string | null = null; ;) {
        const asked = { orgId, view, tag, order, paginationOpts: { numItems, cursor } };
        const result: { page: { id: Id<"threads"> }[]; isDone: boolean; continueCursor: string } = await me.as.query(
          listThreads,
          asked,
        );
        found.push(...result.page.map(({ id }) => id));
        if (result.isDone) break;
        cursor = result.continueCursor;
      }
      expect(found.map((id) => placeOf(byId.get(id)!, view, order))).toEqual(
        wanted.map((row) => placeOf(row, view, order)).sort((a, b) => a - b),
      );
      expect(new Set(found)).toEqual(new Set(wanted.map(({ _id }) => _id)));
      expect(found.length).toBe(wanted.length);
      expect(await me.as.query(api.inbox.bulk.queries.countMatching, { orgId, view, tag, order })).toEqual({
        count: wanted.length,
        isMore: false,
      });
      const countOf = (each: ThreadView, channel?: string) =>
        seen.filter((row) => isInView(row, each, me.memberId) && (channel === undefined || row.channel === channel))
          .length;
      expect(await me.as.query(counts, { orgId })).toEqual({
        all: countOf("all"),
        mine: countOf("mine"),
        unassigned: countOf("unassigned"),
        overdue: countOf("overdue"),
        email: countOf("all", "email"),
        sms: countOf("all", "sms"),
        whatsapp: 0,
        internal_comment: 0,
        internal_ticket: 0,
      });
    }),
    { seed: 20261121, numRuns: 200 },
  );
  expect(hidden).toBeGreaterThan(100);
});

it("keeps pages where they end when rows come in above, and refuses cursors of other lists", async () => {
  const t = setupConvex();
  const { orgId, me, emailChannelId: channelId } = await makeWorld(t);
  const scope = { channelIds: [channelId], teamIds: [] };
  await inMutation(t, async (ctx) => await ctx.db.patch("members", me.memberId, { scope }));
  const add = async (subject: string, lastMessageAt: number) =>
    await inMutation(t, async (ctx) => {
      const usual = { threadType: "customer_support", priority: "normal", status: "open", channel: "email" } as const;
      const last = { lastMessageAt, lastMessagePreview: "", lastMessageType: "incoming" } as const;
      await insertThread(ctx, { orgId, subject, channelId, ...usual, ...last, tags: [], externalReferences: {} });
    });
  for (let index = 0; index < 6; index++) await add(`${index}`, NOON - index);
  const page = async (cursor: string | null, endCursor?: string) => {
    const paginationOpts = { numItems: 2, cursor, ...(endCursor === undefined ? {} : { endCursor }) };
    const result = await me.as.query(listThreads, { orgId, view: "all", paginationOpts });
    return { ...result, subjects: result.page.map(({ subject }) => subject) };
  };
  const first = await page(null);
  expect(first).toMatchObject({ subjects: ["0", "1"], isDone: false, pageStatus: "SplitRecommended" });
  const end = first.continueCursor;
  await add("new", NOON + 1);
  expect((await page(null, end)).subjects).toEqual(["new", "0", "1"]);
  expect((await page(end)).subjects).toEqual(["2", "3"]);
  const middle = await page(null, first.splitCursor ?? "");
  const rest = await page(first.splitCursor ?? "", end);
  expect([...middle.subjects, ...rest.subjects]).toEqual(["new", "0", "1"]);
  const refused: unknown = await page("other").catch((error: unknown) => (error as { data?: unknown }).data);
  expect(JSON.stringify(refused)).toContain("InvalidCursor");
});
