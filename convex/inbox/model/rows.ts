import { DirectAggregate } from "@convex-dev/aggregate";
import type { WithoutSystemFields } from "convex/server";
import { components, internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { livingAccount } from "../../contacts/accounts/model";
import { requireContact } from "../../contacts/model";
import { chainOf, emitIfWanted } from "../../events/model";
import {
  isOnCustomerChannel,
  THREAD_CHANNELS,
  type OnCustomerChannel,
  type ThreadChannel,
  type ThreadStatus,
} from "../../lib/closedSets";
import { randomToken, sha256Hex } from "../../lib/crypto";
import { appError } from "../../lib/errors";
import { callerMayOpen, type MaybeMemberCtx } from "../../lib/threadAccess";
import { scopeOf } from "../../lib/threadScope";
import { countInScope, countPlace } from "../access/model/placeCounts";
import { followTalk } from "../humanFirst/model";
import { moveResponseStart, noteThread, threadDeadline, type Deadline } from "../../sla/model/clocks";
import type { Happening } from "../../sla/transitions";
import { followThread } from "../tickets/model/rows";
import { followKeys } from "./keyRows";
import { followActivity } from "./readMarks";
import { followTags } from "./tagRows";

// The only file that writes the table `threads`: rows and counts change together.

/**
 * Each open thread stands in the aggregate twice: under its assignee ("" when nobody has it) and under its channel; and
 * once more while its deadline is past. Closed ones do not stand there, snoozed ones only with a past deadline. All = the
 * sum over the channels.
 */
type CountKey = ["assignee", Id<"members"> | ""] | ["channel", ThreadChannel] | ["overdue", ""];

const counts = new DirectAggregate<{
  Namespace: Id<"organisations">;
  Key: CountKey;
  Id: Id<"threads">;
}>(components.threadCounts);

/** 96 bits in lower-case hex: mail servers may change the case of a local part, and nobody guesses one. */
const REPLY_TOKEN_CHARS = 24;

const NO_SUCH_THREAD = "This conversation does not exist.";

type NewThread = Omit<
  WithoutSystemFields<Doc<"threads">>,
  "isPlaced" | "number" | "replyToken" | "isOpen" | "queuedAt" | "teamId" | "changedAt"
>;
type ThreadPatch = Partial<
  Omit<
    WithoutSystemFields<Doc<"threads">>,
    "orgId" | "number" | "replyToken" | "isOpen" | "isPlaced" | "responseDueAt" | "isOverdue" | "queuedAt" | "changedAt"
  >
>;

/** What the clocks of a thread depend on. */
const CLOCK_FIELDS = [
  "status",
  "priority",
  "threadType",
  "channel",
  "channelId",
  "teamId",
  "customerAccountId",
  "contactId",
  "ticketId",
  "deleted",
] as const;

/** Resolved and closed threads are done; everything else is open (requirement S1). */
export function isOpenStatus(status: ThreadStatus): boolean {
  return status !== "resolved" && status !== "closed";
}

/** What the lists and counts go by: in a deleted one nothing. */
function isOpenOf({ status, deleted }: Pick<Doc<"threads">, "status" | "deleted">): boolean | undefined {
  return deleted === undefined ? isOpenStatus(status) : undefined;
}

/** Creates a thread with the organisation's next number and a fresh reply token. */
export async function insertThread(ctx: MutationCtx, fields: NewThread): Promise<Doc<"threads">> {
  const threadId = await ctx.db.insert("threads", {
    ...fields,
    isOpen: isOpenStatus(fields.status),
    isPlaced: true,
    changedAt: Date.now(),
    number: await nextNumber(ctx, fields.orgId),
    replyToken: (await sha256Hex(randomToken())).slice(0, REPLY_TOKEN_CHARS),
  });
  const thread = await ownThread(ctx, fields.orgId, threadId);
  for (const key of countKeys(thread)) await counts.insert(ctx, { namespace: thread.orgId, key, id: threadId });
  await countPlace(ctx, null, thread);
  await followTags(ctx, thread, thread);
  await followKeys(ctx, thread);
  await followTalk(ctx, null, thread);
  return thread;
}

/**
 * Changes a thread, its clocks and its place in the counts. `happening` says so when a person of the customer's or of
 * the team wrote, `at` (UTC ms) when that was. The customer's words and closing end a snooze. Returns the thread as it is
 * now.
 */
export async function patchThread(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  asked: ThreadPatch,
  happening: Happening = "changed",
  at: number = Date.now(),
): Promise<Doc<"threads">> {
  const patch = { ...asked, ...endOfSnooze({ ...thread, ...asked }, happening) };
  const next = { ...thread, ...patch };
  const concernsClocks = happening !== "changed" || CLOCK_FIELDS.some((field) => next[field] !== thread[field]);
  const deadline = concernsClocks ? await tellClocks(ctx, next, happening, at) : {};
  return await write(ctx, thread, { ...patch, ...deadline });
}

function endOfSnooze(thread: Doc<"threads">, happening: Happening): ThreadPatch {
  if (thread.snoozedUntil === undefined) return {};
  return happening === "customer_wrote" || isOpenOf(thread) !== true ? { snoozedUntil: undefined } : {};
}

/** Shows the deadline of a thread that time or the policies moved. */
export async function followDeadline(ctx: MutationCtx, thread: Doc<"threads">): Promise<void> {
  const deadline = await threadDeadline(ctx, thread._id, Date.now());
  if (deadline.responseDueAt !== thread.responseDueAt || deadline.isOverdue !== thread.isOverdue) {
    await write(ctx, thread, deadline);
  }
}

/** Lets the customer have waited for an answer since then (UTC ms); null: for none any more. Moves a running clock only. */
export async function restateWaiting(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  since: number | null,
): Promise<Doc<"threads">> {
  return await write(ctx, thread, await moveResponseStart(ctx, thread._id, since, Date.now()));
}

async function tellClocks(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  happening: Happening,
  now: number,
): Promise<Deadline> {
  const { orgId, _id: threadId, number, channel, channelId } = thread;
  // Rows of one millisecond are told apart behind the point.
  const createdAt = Math.floor(thread._creationTime);
  const { priority, threadType, teamId } = thread;
  // Nobody waits for an answer in a deleted one.
  const status = thread.deleted === undefined ? thread.status : "closed";
  const isTicket = thread.ticketId === undefined ? undefined : (true as const);
  const accountId = await customerAccountOf(ctx, thread);
  const facts = { number, channel, channelId, teamId, priority, threadType, status, accountId, isTicket };
  return await noteThread(ctx, { orgId, threadId, createdAt, facts, happening, now });
}

/** The customer's organisation: the conversation's own, else the one its person belongs to; undefined for none. */
export async function customerAccountOf(
  ctx: QueryCtx,
  { orgId, customerAccountId, contactId }: Pick<Doc<"threads">, "orgId" | "customerAccountId" | "contactId">,
): Promise<Id<"accounts"> | undefined> {
  const own = await livingAccount(ctx, customerAccountId);
  if (own !== null || contactId === undefined) return own?._id;
  return (await livingAccount(ctx, (await requireContact(ctx, orgId, contactId)).accountId))?._id;
}

async function write(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  patch: ThreadPatch & Partial<Deadline>,
): Promise<Doc<"threads">> {
  const changed = { ...thread, ...patch };
  const next = { ...changed, isOpen: isOpenOf(changed) };
  const changedAt = Date.now();
  const queuedAt = isQueued(next) ? (thread.queuedAt ?? changedAt) : undefined;
  const kept = { isOpen: next.isOpen, isPlaced: true as const, queuedAt, changedAt };
  await ctx.db.patch("threads", thread._id, { ...patch, ...kept });
  const after = { ...next, ...kept };
  const [before, now] = [countKeys(thread), countKeys(after)];
  const { orgId: namespace, _id: id } = thread;
  for (const key of before) if (!includesKey(now, key)) await counts.delete(ctx, { namespace, key, id });
  for (const key of now) if (!includesKey(before, key)) await counts.insert(ctx, { namespace, key, id });
  await countPlace(ctx, thread, after);
  await followTags(ctx, after, thread);
  await followKeys(ctx, after, thread);
  await followTalk(ctx, thread, after);
  if (thread.lastMessageAt !== after.lastMessageAt) await followActivity(ctx, after);
  if (thread.status !== after.status) {
    await followThread(ctx, after);
    await tellStatus(ctx, thread, after);
  }
  const { assigneeId } = thread;
  if (assigneeId !== undefined && countsFor(thread, assigneeId) && !countsFor(after, assigneeId)) {
    await tellFreed(ctx, assigneeId);
  }
  // Back in the queue without anybody who gave it away: it looks for somebody at once.
  if (
    after.queuedAt !== undefined &&
    after.teamId !== undefined &&
    (thread.isOpen !== true || thread.snoozedUntil !== undefined)
  ) {
    await ctx.scheduler.runAfter(0, internal.inbox.assignment.jobs.drainTeam, {
      teamId: after.teamId,
      chain: chainOf(ctx),
    });
  }
  return after;
}

async function tellStatus(ctx: MutationCtx, { status: from }: Doc<"threads">, after: Doc<"threads">): Promise<void> {
  const { _id: threadId, orgId, contactId, number, status: to } = after;
  const subject = { threadId, contactId };
  await emitIfWanted(ctx, { orgId, kind: "thread.status_changed", subject, payload: { number, from, to } });
}

/** Nobody's work in a team: it waits for the next one of them who is free. */
function isQueued({ isOpen, teamId, assigneeId, snoozedUntil }: Doc<"threads">): boolean {
  return isOpen === true && teamId !== undefined && assigneeId === undefined && snoozedUntil === undefined;
}

function countsFor({ isOpen, assigneeId, snoozedUntil }: Doc<"threads">, memberId: Id<"members">): boolean {
  return isOpen === true && assigneeId === memberId && snoozedUntil === undefined;
}

/** Who has less to do may be given what waits; without a limit nothing waits for them. */
async function tellFreed(ctx: MutationCtx, memberId: Id<"members">): Promise<void> {
  const member = await ctx.db.get("members", memberId);
  if (member?.capacity === undefined) return;
  await ctx.scheduler.runAfter(0, internal.inbox.assignment.jobs.drainFor, { memberId, chain: chainOf(ctx) });
}

/** Open conversations of each member, snoozed ones not counted. O(log n) each. */
export async function countLoads(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  memberIds: readonly Id<"members">[],
): Promise<number[]> {
  if (memberIds.length === 0) return [];
  const bounds = memberIds.map((memberId) => ({ eq: ["assignee", memberId] as CountKey }));
  return await counts.countBatch(
    ctx,
    bounds.map((one) => ({ namespace: orgId, bounds: one })),
  );
}

/** The thread, if somebody can be answered on its channel. Throws `invalid` for one that is the team's alone. */
export function requireCustomerChannel(thread: Doc<"threads">): OnCustomerChannel<Doc<"threads">> {
  if (isOnCustomerChannel(thread)) return thread;
  throw appError("invalid", "This conversation has no customer who could be answered.", { field: "threadId" });
}

/**
 * The thread, if `orgId` owns it and the member who calls may open it (lib/threadScope.ts); of one that was merged, the
 * one it is in now: go on with its `_id`, not with the one asked for. Throws `not_found` otherwise, and for a deleted one.
 */
export async function requireThread(
  ctx: QueryCtx & MaybeMemberCtx,
  orgId: Id<"organisations">,
  threadId: Id<"threads">,
): Promise<Doc<"threads">> {
  const thread = await ownThread(ctx, orgId, threadId);
  if (await callerMayOpen(ctx, thread)) return thread;
  throw appError("not_found", NO_SUCH_THREAD);
}

/** The same, or null for one that is gone or deleted: for what follows an event some time later. */
export async function findThread(
  ctx: QueryCtx & MaybeMemberCtx,
  orgId: Id<"organisations">,
  threadId: Id<"threads">,
): Promise<Doc<"threads"> | null> {
  const row = await ctx.db.get("threads", threadId);
  const thread = row === null || row.orgId !== orgId ? null : await liveThread(ctx, row);
  return thread !== null && (await callerMayOpen(ctx, thread)) ? thread : null;
}

/**
 * The same whoever calls, deleted or not: for what follows from a change that the caller was allowed to make, and may have put the
 * conversation out of their sight.
 */
export async function ownThread(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  threadId: Id<"threads">,
): Promise<Doc<"threads">> {
  const thread = await ctx.db.get("threads", threadId);
  if (thread === null || thread.orgId !== orgId) throw appError("not_found", NO_SUCH_THREAD);
  return await liveThread(ctx, thread);
}

/** The conversation that a merged one is in now, over any number of merges; the thread itself when it is not merged. */
export async function liveThread(ctx: QueryCtx, thread: Doc<"threads">): Promise<Doc<"threads">> {
  let live = thread;
  while (live.mergedIntoId !== undefined) {
    const next = await ctx.db.get("threads", live.mergedIntoId);
    // The one it is in was removed: what is left is this one.
    if (next === null) return live;
    live = next;
  }
  return live;
}

/** Says of a conversation from before that was kept when it changed last: when somebody wrote in it last. */
export async function completeChange(ctx: MutationCtx, thread: Doc<"threads">): Promise<void> {
  if (thread.changedAt === undefined) await ctx.db.patch("threads", thread._id, { changedAt: thread.lastMessageAt });
}

/** True when a conversation, open or not, deleted or not, lies in a mailbox. */
export async function hasThreadsIn(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  channelId: Id<"channels">,
): Promise<boolean> {
  for (const isOpen of [true, false, undefined]) {
    const thread = await ctx.db
      .query("threads")
      .withIndex("by_org_mailbox", (q) => q.eq("orgId", orgId).eq("isOpen", isOpen).eq("channelId", channelId))
      .first();
    if (thread !== null) return true;
  }
  return false;
}

/** Open threads a member sees: all, their own, nobody's, those past their deadline, and per channel. O(log n) each. */
export async function countThreads(
  ctx: QueryCtx,
  viewer: { orgId: Id<"organisations">; member: Doc<"members"> },
): Promise<{ all: number; mine: number; unassigned: number; overdue: number } & Record<ThreadChannel, number>> {
  const { orgId, member } = viewer;
  const scope = scopeOf(member);
  if (scope !== null) {
    const [mine = 0] = await countLoads(ctx, orgId, [member._id]);
    return { mine, ...(await countInScope(ctx, viewer, scope)) };
  }
  const keys: CountKey[] = [
    ["assignee", member._id],
    ["assignee", ""],
    ["overdue", ""],
    ...THREAD_CHANNELS.map((channel): CountKey => ["channel", channel]),
  ];
  const [mine = 0, unassigned = 0, overdue = 0, ...channels] = await counts.countBatch(
    ctx,
    keys.map((eq) => ({ namespace: orgId, bounds: { eq } })),
  );
  const perChannel = Object.fromEntries(THREAD_CHANNELS.map((channel, index) => [channel, channels[index] ?? 0]));
  const all = channels.reduce((sum, count) => sum + count, 0);
  return { all, mine, unassigned, overdue, ...(perChannel as Record<ThreadChannel, number>) };
}

function countKeys({ isOpen, assigneeId, channel, isOverdue, snoozedUntil }: Doc<"threads">): CountKey[] {
  if (isOpen !== true) return [];
  const overdue: CountKey[] = isOverdue === true ? [["overdue", ""]] : [];
  if (snoozedUntil !== undefined) return overdue;
  return [["assignee", assigneeId ?? ""], ["channel", channel], ...overdue];
}

function includesKey(keys: CountKey[], [dimension, value]: CountKey): boolean {
  return keys.some((key) => key[0] === dimension && key[1] === value);
}

async function nextNumber(ctx: MutationCtx, orgId: Id<"organisations">): Promise<number> {
  const counter = await ctx.db
    .query("threadCounters")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .unique();
  if (counter === null) {
    await ctx.db.insert("threadCounters", { orgId, next: 2 });
    return 1;
  }
  await ctx.db.patch("threadCounters", counter._id, { next: counter.next + 1 });
  return counter.next;
}
