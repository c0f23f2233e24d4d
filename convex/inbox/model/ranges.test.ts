import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation, NOON, type Convex } from "../../../tests/support/delivery";
import { makeInbox, type Inbox } from "../../../tests/support/inbox";
import { makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import { resolveContact } from "../../contacts/model";
import { CHANNELS, PRIORITIES, THREAD_STATUSES, THREAD_TYPES } from "../../lib/closedSets";
import { LIST_ORDERS, orderIn, THREAD_VIEWS, type ThreadFilter } from "../filters";
import { markRead, setMark } from "./readMarks";
import { insertThread } from "./rows";

// Whatever is asked, the pages put together must say the same as a plain look at every row.

const { listThreads } = api.inbox.queries;
const THREADS = 60;
const TAGS = ["Kurs", "Boot"];
const MAILBOXES = ["email", "sms"] as const;
const ACCOUNTS = ["shop", "school"] as const;
const TEAMS = ["own", "elsewhere"] as const;

const one = <T>(values: readonly T[]) => fc.constantFrom(...values);

const threadArb = fc.record({
  status: one(THREAD_STATUSES),
  priority: one(PRIORITIES.slice(0, 3)),
  threadType: one(THREAD_TYPES.slice(0, 3)),
  channel: one(CHANNELS),
  tags: fc.subarray(TAGS),
  holder: one(["me", "other", null]),
  team: one([...TEAMS, null]),
  snooze: one(["none", "none", "until", "reply"]),
  isOverdue: fc.boolean(),
  isRead: fc.boolean(),
  mailbox: one([...MAILBOXES, null]),
  customer: one([...ACCOUNTS, null]),
  partner: one([...ACCOUNTS, null, null]),
  writer: one([...ACCOUNTS, "none"] as const),
  due: fc.option(fc.integer({ min: 1, max: 40 }), { freq: 2 }),
  marks: fc.subarray(["isStarred", "isFollowing", "isMentioned"] as const),
  drafts: fc.subarray(["reply", "note"] as const),
});

const maybe = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: undefined, freq: 2 });
const askedArb = fc.record({
  view: one(THREAD_VIEWS),
  channel: maybe(one(CHANNELS)),
  status: maybe(one(THREAD_STATUSES)),
  priority: maybe(one(PRIORITIES.slice(0, 3))),
  threadType: maybe(one(THREAD_TYPES.slice(0, 3))),
  tag: maybe(one(TAGS)),
  holder: maybe(one(["me", "other"])),
  team: maybe(one(TEAMS)),
  isUnread: maybe(fc.constant(true as const)),
  mailbox: maybe(one(MAILBOXES)),
  account: maybe(one(ACCOUNTS)),
  order: maybe(one(LIST_ORDERS)),
});

beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Member = Doc<"members">;

type Teams = Record<(typeof TEAMS)[number], Id<"teams">>;

async function makeTeams(t: Convex, orgId: Id<"organisations">): Promise<Teams> {
  return await inMutation(t, async (ctx) => {
    const make = async (name: string) =>
      await ctx.db.insert("teams", { orgId, name, mode: "balanced", onlyOnline: false, isArchived: false });
    return { own: await make("Werkstatt"), elsewhere: await make("Verkauf") };
  });
}

type Places = {
  mailboxes: Record<(typeof MAILBOXES)[number], Id<"channels">>;
  accounts: Record<(typeof ACCOUNTS)[number], Id<"accounts">>;
  /** One person of each organisation, and one of none. */
  writers: Record<(typeof ACCOUNTS)[number] | "none", Id<"contacts">>;
};

async function makePlaces(t: Convex, { orgId, contactId, emailChannelId, smsChannelId }: Inbox): Promise<Places> {
  return await inMutation(t, async (ctx) => {
    const make = async (name: string) => {
      const accountId = await ctx.db.insert("accounts", { orgId, name, kind: "customer" });
      const { _id: writer } = await resolveContact(ctx, { orgId, name, email: `${name}@example.com` });
      await ctx.db.patch("contacts", writer, { accountId });
      return { accountId, writer };
    };
    const [shop, school] = [await make("shop"), await make("school")];
    return {
      mailboxes: { email: emailChannelId, sms: smsChannelId },
      accounts: { shop: shop.accountId, school: school.accountId },
      writers: { shop: shop.writer, school: school.writer, none: contactId },
    };
  });
}

type People = { places: Places; me: Id<"members">; other: Id<"members">; teams: Teams };

async function fill(t: Convex, orgId: Id<"organisations">, { places, me, other, teams }: People) {
  const seeds = fc.sample(threadArb, { seed: 20261121, numRuns: THREADS });
  return await inMutation(t, async (ctx) => {
    const { mailboxes, accounts, writers } = places;
    const made: (Doc<"threads"> & { writer: string; isRead: boolean; marks: string[]; draftAt: number | null })[] = [];
    for (const [index, seed] of seeds.entries()) {
      const {
        holder,
        team,
        snooze,
        isOverdue,
        isRead,
        marks,
        drafts,
        mailbox,
        customer,
        partner,
        writer,
        due,
        ...fields
      } = seed;
      const thread = await insertThread(ctx, {
        orgId,
        subject: `${index}`,
        ...fields,
        contactId: writers[writer],
        channelId: mailbox === null ? undefined : mailboxes[mailbox],
        customerAccountId: customer === null ? undefined : accounts[customer],
        partnerAccountId: partner === null ? undefined : accounts[partner],
        assigneeId: holder === null ? undefined : holder === "me" ? me : other,
        lastMessageAt: NOON - ((index * 37) % THREADS),
        lastMessagePreview: "",
        lastMessageType: "incoming",
        externalReferences: {},
      });
      const isSnoozed = snooze !== "none" && thread.isOpen;
      const patch = {
        ...(team === null ? {} : { teamId: teams[team] }),
        ...(isSnoozed ? { snoozedUntil: snooze === "reply" ? null : NOON + index } : {}),
        ...(due !== null && thread.isOpen ? { responseDueAt: NOON + due } : {}),
        ...(isOverdue && thread.isOpen ? { isOverdue: true as const, responseDueAt: NOON - index } : {}),
      };
      await ctx.db.patch("threads", thread._id, patch);
      if (isRead) await markRead(ctx, thread, me);
      const isOn = Object.fromEntries(marks.map((name) => [name, true as const]));
      if (marks.length > 0) await setMark(ctx, thread, me, isOn);
      for (const [at, mode] of drafts.entries()) {
        const updatedAt = NOON + ((index * 31) % THREADS) * 2 + at;
        await ctx.db.insert("drafts", { orgId, threadId: thread._id, memberId: me, mode, doc: "{}", updatedAt });
      }
      const draftAt = drafts.length === 0 ? null : NOON + ((index * 31) % THREADS) * 2 + drafts.length - 1;
      made.push({ ...thread, ...patch, writer, isRead, marks, draftAt });
    }
    return made;
  });
}

type Made = Awaited<ReturnType<typeof fill>>[number];

function isInView({ isOpen = false, ...row }: Made, view: ThreadFilter["view"], me: Id<"members">): boolean {
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
    case "mentioned":
      return row.marks.includes("isMentioned");
    case "followed":
      return row.marks.includes("isFollowing");
    case "starred":
      return row.marks.includes("isStarred");
    case "drafts":
      return row.draftAt !== null;
  }
}

/** Later places of what has no deadline, the newest first. */
const UNDATED = 3 * NOON;

function placeIn(row: Made, filter: ThreadFilter): number {
  const order = orderIn(filter);
  if (order === undefined) return places[filter.view](row);
  return order === "oldest" ? row.lastMessageAt : (row.responseDueAt ?? UNDATED - row._creationTime);
}

function isAbout(row: Made, accountId: Id<"accounts">, name: string): boolean {
  if (row.partnerAccountId === accountId || row.customerAccountId === accountId) return true;
  return row.customerAccountId === undefined && row.writer === name;
}

const places: Record<ThreadFilter["view"], (row: Made) => number> = {
  all: (row) => -row.lastMessageAt,
  mine: (row) => -row.lastMessageAt,
  unassigned: (row) => -row.lastMessageAt,
  closed: (row) => -row.lastMessageAt,
  spam: (row) => -row.lastMessageAt,
  overdue: (row) => row.responseDueAt ?? 0,
  snoozed: (row) => row.snoozedUntil ?? 0,
  mentioned: (row) => -row.lastMessageAt,
  followed: (row) => -row.lastMessageAt,
  starred: (row) => -row.lastMessageAt,
  drafts: (row) => -(row.draftAt ?? 0),
};

it("finds for every filter what a plain look at all rows finds, in its order, over any pages", async () => {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { orgId, memberId: me, as } = inbox;
  const other = (await makeMember(t, orgId, "agent", "ben")).memberId;
  const teams = await makeTeams(t, orgId);
  const world = await makePlaces(t, inbox);
  const made = await fill(t, orgId, { places: world, me, other, teams });
  let nonEmpty = 0;
  await fc.assert(
    fc.asyncProperty(
      askedArb,
      fc.integer({ min: 1, max: 20 }),
      async ({ holder, team, mailbox, account, ...asked }, numItems) => {
        const assigneeId: Member["_id"] | undefined = holder === undefined ? undefined : holder === "me" ? me : other;
        const teamId = team === undefined ? undefined : teams[team];
        const channelId = mailbox === undefined ? undefined : world.mailboxes[mailbox];
        const accountId = account === undefined ? undefined : world.accounts[account];
        const filter = { ...asked, assigneeId, teamId, channelId, accountId };
        const wanted = made
          .filter((row) => isInView(row, filter.view, me))
          .filter((row) => filter.channel === undefined || row.channel === filter.channel)
          .filter((row) => filter.status === undefined || row.status === filter.status)
          .filter((row) => filter.priority === undefined || row.priority === filter.priority)
          .filter((row) => filter.threadType === undefined || row.threadType === filter.threadType)
          .filter((row) => filter.tag === undefined || row.tags.includes(filter.tag))
          .filter((row) => assigneeId === undefined || row.assigneeId === assigneeId)
          .filter((row) => teamId === undefined || row.teamId === teamId)
          .filter((row) => channelId === undefined || row.channelId === channelId)
          .filter((row) => accountId === undefined || isAbout(row, accountId, account ?? ""))
          .filter((row) => filter.isUnread === undefined || !row.isRead);
        const place = (row: Made) => placeIn(row, filter);
        const found: Id<"threads">[] = [];
        let cursor: string | null = null;
        for (;;) {
          const paginationOpts = { numItems, cursor };
          const page = (await as.query(listThreads, { orgId, ...filter, paginationOpts })) as {
            page: { id: Id<"threads"> }[];
            isDone: boolean;
            continueCursor: string;
          };
          found.push(...page.page.map(({ id }) => id));
          if (page.isDone) break;
          cursor = page.continueCursor;
        }
        const byId = new Map(made.map((row) => [row._id, row]));
        expect(found.map((id) => place(byId.get(id)!))).toEqual(wanted.map(place).sort((a, b) => a - b));
        expect(new Set(found)).toEqual(new Set(wanted.map(({ _id }) => _id)));
        const counted = await as.query(api.inbox.bulk.queries.countMatching, { orgId, ...filter });
        expect(counted).toEqual({ count: wanted.length, isMore: false });
        if (wanted.length > 0) nonEmpty++;
      },
    ),
    { seed: 20261121, numRuns: 400 },
  );
  expect(nonEmpty).toBeGreaterThan(30);
});

it("fills pages of a view however many of its threads are snoozed", async () => {
  const t = setupConvex();
  const { orgId, as } = await makeInbox(t);
  await inMutation(t, async (ctx) => {
    for (let index = 0; index < 40; index++) {
      await insertThread(ctx, {
        orgId,
        subject: `${index}`,
        threadType: "customer_support",
        priority: "normal",
        status: "open",
        channel: "email",
        lastMessageAt: NOON - index,
        lastMessagePreview: "",
        lastMessageType: "incoming",
        tags: [],
        externalReferences: {},
        ...(index < 30 ? { snoozedUntil: null } : {}),
      });
    }
  });
  const paginationOpts = { numItems: 8, cursor: null };
  const { page } = await as.query(listThreads, { orgId, view: "all", paginationOpts });
  expect(page.map(({ subject }) => subject)).toEqual(["30", "31", "32", "33", "34", "35", "36", "37"]);
});
