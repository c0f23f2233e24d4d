import { filter } from "convex-helpers/server/filter";
import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { requireChannel } from "../../connections/model";
import { ownAccount } from "../../contacts/accounts/model";
import { mayOpenThread } from "../../lib/threadAccess";
import { isAway, scopeOf, type ThreadScope } from "../../lib/threadScope";
import { requireMemberOf } from "../../orgs/model";
import { requireTeam } from "../../orgs/teams/model";
import { isPersonalView, meetsNarrowing, NARROWINGS, orderIn, type Narrowing, type ThreadFilter } from "../filters";
import { pageOfLists } from "../access/pages";
import { isAboutAccount } from "../ofAccount/model";
import { isArchived } from "../personal/model";
import { joinedRange } from "./joinedRanges";
import { isInView } from "./listOrder";
import { countPersonal, pageOfPersonal } from "./personalRanges";
import { isUnread, markOf } from "./readMarks";
import { isWalked } from "../walks/model/rows";
import { pageOfTag, pageOfTagInScope, reader, tagRange, tagRowsInScope, type Tagged } from "./tagRanges";
import { rangeOf, type Ranged } from "./threadRanges";

// Which index range answers which filter. Every view with any one condition is one range; what a second condition asks
// beyond it is looked at row by row, a bounded number of them a page. Tags have ranges of their own (tagRanges.ts).
// Organisations, deadlines as an order, and members who see only some conversations have several that are read as one
// (joinedRanges.ts); what is assigned to a member is theirs wherever it lies.

/** Rows one page looks at where some may not fit; more would make a page slow, fewer would take more of them. */
const LOOKED_AT_A_PAGE = 200;

/** Rows a capped count looks at. */
const LOOKED_AT_A_COUNT = 1_000;

export type Viewer = { orgId: Id<"organisations">; member: Doc<"members"> };

/**
 * One page of a filter, newest activity first; past their deadline, the longest first; snoozed, the next to return
 * first. Snoozed threads stand in their own view only, and among those past their deadline; merged ones in none. A page may be short where
 * two conditions meet, and then is not the last one.
 */
export async function pageOfThreads(
  ctx: QueryCtx,
  viewer: Viewer,
  { paginationOpts, ...wanted }: ThreadFilter & { paginationOpts: PaginationOptions },
): Promise<PaginationResult<Doc<"threads">>> {
  const { view } = wanted;
  if (isPersonalView(view)) {
    const isPlain = NARROWINGS.every((name) => wanted[name] === undefined);
    const numItems = isPlain ? paginationOpts.numItems : Math.max(paginationOpts.numItems, LOOKED_AT_A_PAGE);
    return await threadsAmong(ctx, viewer, { ...wanted, paginationOpts: { ...paginationOpts, numItems } });
  }
  const ranged: Ranged = { ...wanted, view, order: orderIn(wanted) };
  const joined = await pageOfJoined(ctx, viewer, { wanted: ranged, paginationOpts, lookAt: LOOKED_AT_A_PAGE });
  if (joined !== null) return joined;
  const tagged = await taggedOf(ctx, ranged);
  const rest = tagged === null ? rangeOf(ctx, viewer, ranged).rest : restOf(wanted, tagRange(ctx, viewer, tagged));
  const isPlain = rest.length === 0 && !(await hidesArchived(ctx, viewer, wanted));
  const numItems = isPlain ? paginationOpts.numItems : Math.max(paginationOpts.numItems, LOOKED_AT_A_PAGE);
  return await threadsAmong(ctx, viewer, { ...wanted, paginationOpts: { ...paginationOpts, numItems } });
}

/** Those that fit among the next `numItems` rows of a filter's range, in the same order. */
export async function threadsAmong(
  ctx: QueryCtx,
  viewer: Viewer,
  { paginationOpts, ...wanted }: ThreadFilter & { paginationOpts: PaginationOptions },
): Promise<PaginationResult<Doc<"threads">>> {
  const { view } = wanted;
  if (isPersonalView(view)) {
    const rowFits = async (row: Doc<"threads">) => await fits(ctx, viewer, row, wanted);
    return await pageOfPersonal(ctx, viewer, { view, fits: rowFits }, paginationOpts);
  }
  const ranged: Ranged = { ...wanted, view, order: orderIn(wanted) };
  const joined = await pageOfJoined(ctx, viewer, { wanted: ranged, paginationOpts, lookAt: paginationOpts.numItems });
  if (joined !== null) return joined;
  const hides = await hidesArchived(ctx, viewer, wanted);
  const tagged = await taggedOf(ctx, ranged);
  if (tagged !== null) {
    const range = tagRange(ctx, viewer, tagged);
    const fitting = async (row: Doc<"threads">) => await isShown(ctx, viewer, row, { wanted, hides });
    const isPlain = restOf(wanted, range).length === 0 && !hides;
    return await pageOfTag(ctx, range.rows, paginationOpts, isPlain ? null : fitting);
  }
  const { rows, rest } = rangeOf(ctx, viewer, ranged);
  if (rest.length === 0 && !mayHoldMerged(wanted) && !hides) return await rows.paginate(paginationOpts);
  return await filter(rows, async (row) => await isShown(ctx, viewer, row, { wanted, hides })).paginate(paginationOpts);
}

type Conditions = { wanted: ThreadFilter; hides: boolean };

async function isShown(ctx: QueryCtx, viewer: Viewer, row: Doc<"threads">, { wanted, hides }: Conditions) {
  if (hides && isArchived(await markOf(ctx, row._id, viewer.member._id), row)) return false;
  return await fits(ctx, viewer, row, wanted);
}

/** What a member sees, where they do not see everything; null where the usual ranges serve. */
function scopeFor({ member }: Viewer, { view }: ThreadFilter): ThreadScope | null {
  return view === "mine" ? null : scopeOf(member);
}

/** A page of a filter that several ranges answer together; null where a single one does. */
async function pageOfJoined(
  ctx: QueryCtx,
  viewer: Viewer,
  { wanted, paginationOpts, lookAt }: { wanted: Ranged; paginationOpts: PaginationOptions; lookAt: number },
): Promise<PaginationResult<Doc<"threads">> | null> {
  const scope = scopeFor(viewer, wanted);
  const joined = joinedRange(ctx, viewer, scope, wanted);
  if (joined === null) return null;
  const hides = await hidesArchived(ctx, viewer, wanted);
  const rowFits = async (row: Doc<"threads">) => await isShown(ctx, viewer, row, { wanted, hides });
  const tagged = await taggedOf(ctx, wanted);
  if (tagged !== null && scope !== null) {
    return await pageOfTagInScope(ctx, { viewer, scope, wanted: tagged }, paginationOpts, { fits: rowFits, lookAt });
  }
  return await pageOfLists({ ...joined, fits: rowFits, lookAt }, paginationOpts);
}

/**
 * How many threads a filter finds, counted up to `cap`; `isMore` when there are or may be more than that. Reads at most
 * 1,000 rows. Throws `not_found` for another organisation's member.
 */
export async function countUpTo(
  ctx: QueryCtx,
  viewer: Viewer,
  wanted: ThreadFilter,
  cap: number,
): Promise<{ count: number; isMore: boolean }> {
  await requirePeople(ctx, viewer.orgId, wanted);
  const { view } = wanted;
  if (isPersonalView(view)) {
    const rowFits = async (row: Doc<"threads">) => await fits(ctx, viewer, row, wanted);
    return await countPersonal(ctx, viewer, { view, fits: rowFits }, { cap, lookAt: LOOKED_AT_A_COUNT });
  }
  const ranged: Ranged = { ...wanted, view, order: orderIn(wanted) };
  const scope = scopeFor(viewer, wanted);
  const tagged = await taggedOf(ctx, ranged);
  if (tagged !== null) return await countTagged(ctx, viewer, { scope, tagged }, cap);
  const { rows, rest } = rangeOf(ctx, viewer, ranged);
  const joined = joinedRange(ctx, viewer, scope, ranged);
  if (joined === null && rest.length === 0 && !mayHoldMerged(wanted)) {
    const found = await rows.take(cap + 1);
    return { count: Math.min(found.length, cap), isMore: found.length > cap };
  }
  let count = 0;
  let looked = 0;
  for await (const row of joined === null ? rows : await joined.rowsAfter(null)) {
    if (count === cap || looked === LOOKED_AT_A_COUNT) return { count, isMore: true };
    looked++;
    if (await fits(ctx, viewer, row, wanted)) count++;
  }
  return { count, isMore: false };
}

async function countTagged(
  ctx: QueryCtx,
  viewer: Viewer,
  { scope, tagged }: { scope: ThreadScope | null; tagged: Tagged },
  cap: number,
): Promise<{ count: number; isMore: boolean }> {
  const range = tagRange(ctx, viewer, tagged);
  if (scope === null && restOf(tagged, range).length === 0) {
    const found = await range.rows.take(cap + 1);
    return { count: Math.min(found.length, cap), isMore: found.length > cap };
  }
  const threadOf = reader(ctx);
  let count = 0;
  let looked = 0;
  for await (const row of scope === null ? range.rows : await tagRowsInScope(ctx, { viewer, scope, wanted: tagged })) {
    if (count === cap || looked === LOOKED_AT_A_COUNT) return { count, isMore: true };
    looked++;
    if (await fits(ctx, viewer, await threadOf(row), tagged)) count++;
  }
  return { count, isMore: false };
}

/**
 * A filter that ranges of tags answer; null for others, and while what is from before them is not indexed yet. An
 * organisation has fewer conversations than a tag, and deadlines have ranges without tags alone.
 */
async function taggedOf(ctx: QueryCtx, { tag, ...wanted }: Ranged): Promise<Tagged | null> {
  if (tag === undefined || wanted.accountId !== undefined || wanted.order === "deadline") return null;
  if (wanted.view === "spam" || !(await isWalked(ctx, "tags"))) return null;
  return { ...wanted, tag };
}

function restOf(wanted: Narrowing, { answered }: Pick<ReturnType<typeof tagRange>, "answered">): (keyof Narrowing)[] {
  return NARROWINGS.filter((name) => wanted[name] !== undefined && !answered.includes(name));
}

/** Threads of a filter for somebody to look at, from the beginning of the range that answers the most of it; at most `limit`. */
export async function firstThreads(
  ctx: QueryCtx,
  viewer: Viewer,
  wanted: Ranged,
  limit: number,
): Promise<Doc<"threads">[]> {
  const joined = joinedRange(ctx, viewer, scopeFor(viewer, wanted), wanted);
  if (joined === null) {
    const threads = await rangeOf(ctx, viewer, wanted).rows.take(limit);
    return threads.filter((thread) => !isAway(thread));
  }
  const threads: Doc<"threads">[] = [];
  let looked = 0;
  for await (const row of await joined.rowsAfter(null)) {
    if (await fits(ctx, viewer, row, wanted)) threads.push(row);
    looked++;
    if (threads.length === limit || looked === LOOKED_AT_A_COUNT) break;
  }
  return threads;
}

/** Throws `not_found` for a filter by another organisation's member, team or mailbox, or by whom it does not know. */
export async function requireFilter(ctx: QueryCtx, orgId: Id<"organisations">, wanted: Narrowing): Promise<void> {
  await requirePeople(ctx, orgId, wanted);
  const { channelId, accountId } = wanted;
  if (channelId !== undefined) await requireChannel(ctx, orgId, channelId);
  if (accountId !== undefined) await ownAccount(ctx, orgId, accountId);
}

// Members and teams stay for ever; a saved view may name a mailbox or an organisation that is gone, and then finds nothing.
async function requirePeople(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { assigneeId, teamId }: Narrowing,
): Promise<void> {
  if (assigneeId !== undefined) await requireMemberOf(ctx, orgId, assigneeId);
  if (teamId !== undefined) await requireTeam(ctx, orgId, teamId);
}

/** Merged threads are closed and stand in no list, spam in its own. Few enough to be left out of a page as it is read. */
function mayHoldMerged({ view }: ThreadFilter): boolean {
  return view === "closed" || view === "spam";
}

/** What a member put away for themselves is in neither of their two lists of work. Most members put nothing away. */
async function hidesArchived(ctx: QueryCtx, { member }: Viewer, { view }: ThreadFilter): Promise<boolean> {
  if (view !== "all" && view !== "mine") return false;
  const archived = await ctx.db
    .query("readMarks")
    .withIndex("by_member_archived", (q) => q.eq("memberId", member._id).gt("archivedAt", 0))
    .first();
  return archived !== null;
}

async function fits(ctx: QueryCtx, { member }: Viewer, row: Doc<"threads">, wanted: ThreadFilter): Promise<boolean> {
  const { view, accountId } = wanted;
  if (isAway(row) || (view === "closed" && row.isSpam === true)) return false;
  // What ranges that are read as one hold beside the view.
  if (!isPersonalView(view) && !isInView(row, view)) return false;
  if (view === "unassigned" && row.assigneeId !== undefined) return false;
  if (view === "mine" && row.assigneeId !== member._id) return false;
  if (!meetsNarrowing(row, wanted)) return false;
  if (accountId !== undefined && !(await isAboutAccount(ctx, row, accountId))) return false;
  if (accountId !== undefined && !(await mayOpenThread(ctx, member, row))) return false;
  return wanted.isUnread !== true || (await isUnread(ctx, row, member._id));
}
