import { filter } from "convex-helpers/server/filter";
import type { OrderedQuery, PaginationOptions, PaginationResult } from "convex/server";
import type { DataModel, Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { isPlacedIn, type ThreadScope } from "../../lib/threadScope";
import { compareKeys, mergeLists, skipPast, type Key } from "../access/merge";
import { followedThreads, personalThreads } from "../access/model/personalThreads";
import { pageOfLists } from "../access/pages";
import type { Narrowing } from "../filters";
import { directionOf, isInView, orderOf, spanAfter } from "./listOrder";
import type { Viewer } from "./ranges";
import type { Ranged } from "./threadRanges";

// The lists of conversations with one tag: ranges of the rows of tags, which have what the lists go by. However many
// conversations there are, only those of the tag are read.

type TagRow = Doc<"threadTags">;
type TagRows = OrderedQuery<DataModel["threadTags"]>;
export type Tagged = Ranged & { tag: string };

/** Shown is decided by the conversation itself; null: every row of the range is. */
type Fits = ((thread: Doc<"threads">) => Promise<boolean>) | null;

/** The range of a filter by tag, and the conditions it answers beside the tag. Spam has no rows. */
export function tagRange(
  ctx: QueryCtx,
  { orgId, member }: Viewer,
  { view, order, tag, assigneeId, teamId }: Tagged,
): { rows: TagRows; answered: readonly (keyof Narrowing)[] } {
  if (view === "overdue") return { rows: overdue(ctx, orgId, tag), answered: ["tag"] };
  if (view === "snoozed") {
    const rows = ctx.db
      .query("threadTags")
      .withIndex("by_tag", (q) => q.eq("orgId", orgId).eq("tag", tag).eq("isOpen", true).gte("snoozedUntil", null));
    return { rows: rows.order("asc"), answered: ["tag"] };
  }
  if (view === "mine") return { rows: heldBy(ctx, orgId, { tag, order, assigneeId: member._id }), answered: ["tag"] };
  if (view === "unassigned")
    return { rows: heldBy(ctx, orgId, { tag, order, assigneeId: undefined }), answered: ["tag"] };
  const isOpen = view === "all";
  if (isOpen && assigneeId !== undefined) {
    return { rows: heldBy(ctx, orgId, { tag, order, assigneeId }), answered: ["tag", "assigneeId"] };
  }
  const tags = ctx.db.query("threadTags");
  if (teamId !== undefined) {
    const rows = tags.withIndex("by_tag_team", (q) =>
      q.eq("orgId", orgId).eq("tag", tag).eq("isOpen", isOpen).eq("teamId", teamId).eq("snoozedUntil", undefined),
    );
    return { rows: rows.order(directionOf(order)), answered: ["tag", "teamId"] };
  }
  const rows = tags.withIndex("by_tag", (q) =>
    q.eq("orgId", orgId).eq("tag", tag).eq("isOpen", isOpen).eq("snoozedUntil", undefined),
  );
  return { rows: rows.order(directionOf(order)), answered: ["tag"] };
}

function heldBy(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { tag, order, assigneeId }: Pick<Tagged, "tag" | "order"> & { assigneeId: Id<"members"> | undefined },
): TagRows {
  const range = ctx.db
    .query("threadTags")
    .withIndex("by_tag_assignee", (q) =>
      q.eq("orgId", orgId).eq("tag", tag).eq("isOpen", true).eq("assigneeId", assigneeId).eq("snoozedUntil", undefined),
    );
  return range.order(directionOf(order));
}

function overdue(ctx: QueryCtx, orgId: Id<"organisations">, tag: string): TagRows {
  const range = ctx.db
    .query("threadTags")
    .withIndex("by_tag_overdue", (q) => q.eq("orgId", orgId).eq("tag", tag).eq("isOpen", true).eq("isOverdue", true));
  return range.order("asc");
}

/** Tags of an organisation that are looked through for one that is written differently. */
const MAX_KNOWN_TAGS = 200;

/** A tag as the organisation writes it, whatever its capitals; as given when there is none such. */
export async function knownTag(ctx: QueryCtx, orgId: Id<"organisations">, typed: string): Promise<string> {
  const next = async (after: string, isIncluded: boolean) => {
    const rows = ctx.db.query("threadTags").withIndex("by_tag", (q) => {
      const range = q.eq("orgId", orgId);
      return isIncluded ? range.eq("tag", after) : range.gt("tag", after);
    });
    return (await rows.first())?.tag;
  };
  if ((await next(typed, true)) !== undefined) return typed;
  let tag = await next("", false);
  for (let looked = 0; tag !== undefined && looked < MAX_KNOWN_TAGS; looked++) {
    if (tag.toLowerCase() === typed.toLowerCase()) return tag;
    tag = await next(tag, false);
  }
  return typed;
}

/** One page of a range of tags as conversations, in the same order. */
export async function pageOfTag(
  ctx: QueryCtx,
  rows: TagRows,
  paginationOpts: PaginationOptions,
  fits: Fits,
): Promise<PaginationResult<Doc<"threads">>> {
  const threadOf = reader(ctx);
  const shown = fits === null ? rows : filter(rows, async (row) => await fits(await threadOf(row)));
  const result = await shown.paginate(paginationOpts);
  return { ...result, page: await Promise.all(result.page.map(threadOf)) };
}

/** The same for a member who sees only some conversations: what lies in their scope, is theirs or they follow. */
export async function pageOfTagInScope(
  ctx: QueryCtx,
  asked: { viewer: Viewer; scope: ThreadScope; wanted: Tagged },
  paginationOpts: PaginationOptions,
  { fits, lookAt }: { fits: (thread: Doc<"threads">) => Promise<boolean>; lookAt: number },
): Promise<PaginationResult<Doc<"threads">>> {
  const threadOf = reader(ctx);
  const order = orderOf(asked.wanted.view, asked.wanted.order);
  const rowFits = async (row: TagRow) => await fits(await threadOf(row));
  const rowsAfter = async (after: Key | null) => await tagRowsInScope(ctx, asked, after);
  const result = await pageOfLists({ rowsAfter, order, fits: rowFits, lookAt }, paginationOpts);
  return { ...result, page: await Promise.all(result.page.map(threadOf)) };
}

/** The conversations of those rows, each read once. */
export function reader(ctx: QueryCtx): (row: TagRow) => Promise<Doc<"threads">> {
  const known = new Map<Id<"threads">, Doc<"threads">>();
  return async ({ threadId }) => {
    const thread = known.get(threadId) ?? (await ctx.db.get("threads", threadId));
    if (thread === null) throw new Error("A tag without its conversation");
    known.set(threadId, thread);
    return thread;
  };
}

/** The rows of a tag that a member with a scope sees, in the order of the view, as far as they are read. */
export async function tagRowsInScope(
  ctx: QueryCtx,
  { viewer, scope, wanted }: { viewer: Viewer; scope: ThreadScope; wanted: Tagged },
  after: Key | null = null,
): Promise<AsyncIterable<TagRow>> {
  const { view, tag } = wanted;
  const order = orderOf(view, wanted.order);
  const personal = await personalRows(ctx, viewer, wanted);
  const lists =
    view === "overdue"
      ? [inScope(overdue(ctx, viewer.orgId, tag), scope)]
      : [...placedRows(ctx, viewer, { scope, wanted, after }), ...heldRows(ctx, viewer, wanted, after)];
  const sign = order.isDescending ? -1 : 1;
  const sorted = personal.toSorted((a, b) => sign * compareKeys(order.keyOf(a), order.keyOf(b)));
  return skipPast(mergeLists([...lists, listed(sorted)], order), order, after);
}

async function* listed(rows: readonly TagRow[]): AsyncGenerator<TagRow> {
  yield* rows;
}

async function* inScope(rows: TagRows, scope: ThreadScope): AsyncGenerator<TagRow> {
  for await (const row of rows) if (isPlacedIn(scope, row)) yield row;
}

/** What lies in the mailboxes and the teams, one range each. */
function placedRows(
  ctx: QueryCtx,
  { orgId }: Viewer,
  { scope, wanted, after }: { scope: ThreadScope; wanted: Tagged; after: Key | null },
): AsyncIterable<TagRow>[] {
  const { view, order, tag } = wanted;
  const rows = () => ctx.db.query("threadTags");
  const isSnoozed = view === "snoozed";
  const isOpen = view !== "closed";
  const wakesFrom = after?.[0] ?? null;
  const { from, upTo } = spanAfter(order, after);
  const ranges = [
    ...scope.channelIds.map((channelId) =>
      rows().withIndex("by_tag_mailbox", (q) => {
        const place = q.eq("orgId", orgId).eq("tag", tag).eq("isOpen", isOpen).eq("channelId", channelId);
        return isSnoozed
          ? place.gte("snoozedUntil", wakesFrom)
          : place.eq("snoozedUntil", undefined).gte("lastMessageAt", from).lte("lastMessageAt", upTo);
      }),
    ),
    ...scope.teamIds.map((teamId) =>
      rows().withIndex("by_tag_team", (q) => {
        const place = q.eq("orgId", orgId).eq("tag", tag).eq("isOpen", isOpen).eq("teamId", teamId);
        return isSnoozed
          ? place.gte("snoozedUntil", wakesFrom)
          : place.eq("snoozedUntil", undefined).gte("lastMessageAt", from).lte("lastMessageAt", upTo);
      }),
    ),
  ];
  return ranges.map((range) => range.order(isSnoozed ? "asc" : directionOf(order)));
}

/** What the member has, done or to be done; of what is snoozed it is among the personal rows. */
function heldRows(
  ctx: QueryCtx,
  viewer: Viewer,
  { view, order, tag }: Tagged,
  after: Key | null,
): AsyncIterable<TagRow>[] {
  if (view === "snoozed") return [];
  const { orgId, member } = viewer;
  const { from, upTo } = spanAfter(order, after);
  const range = ctx.db.query("threadTags").withIndex("by_tag_assignee", (q) =>
    q
      .eq("orgId", orgId)
      .eq("tag", tag)
      .eq("isOpen", view !== "closed")
      .eq("assigneeId", member._id)
      .eq("snoozedUntil", undefined)
      .gte("lastMessageAt", from)
      .lte("lastMessageAt", upTo),
  );
  return [range.order(directionOf(order))];
}

/** The tag's rows of what is the member's wherever it lies. */
async function personalRows(ctx: QueryCtx, viewer: Viewer, { view, tag }: Tagged): Promise<TagRow[]> {
  const isMore = view === "overdue" || view === "snoozed";
  const threads = isMore ? await personalThreads(ctx, viewer) : await followedThreads(ctx, viewer.member);
  const own = threads.filter((thread) => isInView(thread, view) && thread.tags.includes(tag));
  const rows = await Promise.all(
    own.map(
      async ({ _id }) =>
        await ctx.db
          .query("threadTags")
          .withIndex("by_thread", (q) => q.eq("threadId", _id).eq("tag", tag))
          .unique(),
    ),
  );
  return rows.filter((row) => row !== null);
}
