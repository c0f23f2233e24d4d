import type { OrderedQuery, PaginationOptions, PaginationResult } from "convex/server";
import { ConvexError } from "convex/values";
import type { DataModel, Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import type { ThreadScope } from "../../lib/threadScope";
import { compareKeys, cursorOf, keyOfCursor, mergeLists, type Key, type ListOrder } from "../access/merge";
import { followedThreads, personalThreads } from "../access/model/personalThreads";
import type { ThreadFilter } from "../filters";
import type { Viewer } from "./ranges";

// The lists of members who see only some conversations: one index range for each of their mailboxes and teams, what is
// theirs and what they follow, read as one list. Nobody else's rows are read.

type Threads = OrderedQuery<DataModel["threads"]>;
type Asked = { viewer: Viewer; scope: ThreadScope; view: ThreadFilter["view"]; after: Key | null };

const BY_ACTIVITY: ListOrder<Doc<"threads">> = {
  keyOf: ({ lastMessageAt, _creationTime }) => [lastMessageAt, _creationTime],
  isDescending: true,
};
const BY_DEADLINE: ListOrder<Doc<"threads">> = {
  keyOf: ({ responseDueAt = 0, _creationTime }) => [responseDueAt, _creationTime],
  isDescending: false,
};
const BY_WAKING: ListOrder<Doc<"threads">> = {
  keyOf: ({ snoozedUntil = null, lastMessageAt, _creationTime }) => [snoozedUntil, lastMessageAt, _creationTime],
  isDescending: false,
};

function orderOf(view: ThreadFilter["view"]): ListOrder<Doc<"threads">> {
  if (view === "overdue") return BY_DEADLINE;
  return view === "snoozed" ? BY_WAKING : BY_ACTIVITY;
}

/** The conversations of a view that lie in a scope, in the view's order, as far as they are read. */
export async function rowsInScope(
  ctx: QueryCtx,
  asked: Omit<Asked, "after">,
  after: Key | null = null,
): Promise<AsyncIterable<Doc<"threads">>> {
  const order = orderOf(asked.view);
  const sign = order.isDescending ? -1 : 1;
  const lists = await listsOf(ctx, { ...asked, after }, order);
  return skipTo(mergeLists(lists, order), (row) => after === null || sign * compareKeys(order.keyOf(row), after) > 0);
}

async function* skipTo<Row>(rows: AsyncIterable<Row>, isBehind: (row: Row) => boolean): AsyncGenerator<Row> {
  for await (const row of rows) if (isBehind(row)) yield row;
}

/**
 * One page of them: what `fits` among the next rows, at most `lookAt` looked at. A page that is asked for up to an
 * `endCursor` has all rows up to there; others ask the browser to fix where they end, so that what comes later neither
 * hides nor doubles a row (Convex does so by itself for a single range).
 */
export async function pageInScope(
  ctx: QueryCtx,
  asked: Omit<Asked, "after">,
  { cursor, endCursor, numItems }: PaginationOptions,
  { fits, lookAt }: { fits: (row: Doc<"threads">) => Promise<boolean>; lookAt: number },
): Promise<PaginationResult<Doc<"threads">>> {
  const after = cursor === null ? null : requireKey(cursor);
  const upTo = endCursor === undefined || endCursor === null ? undefined : requireKey(endCursor);
  const page: Doc<"threads">[] = [];
  if (cursor !== null && after === null) return { page, isDone: true, continueCursor: cursor };
  const { keyOf, isDescending } = orderOf(asked.view);
  const sign = isDescending ? -1 : 1;
  const seen: Key[] = [];
  for await (const row of await rowsInScope(ctx, asked, after)) {
    const key = keyOf(row);
    if (upTo !== undefined && upTo !== null && sign * compareKeys(key, upTo) > 0) break;
    seen.push(key);
    if (await fits(row)) page.push(row);
    const isFull = page.length >= numItems || seen.length >= lookAt;
    if (upTo === undefined && isFull) {
      const middle = cursorOf(seen[Math.floor((seen.length - 1) / 2)] ?? key);
      const split = { splitCursor: middle, pageStatus: "SplitRecommended" } as const;
      return { page, isDone: false, continueCursor: cursorOf(key), ...split };
    }
  }
  const isDone = upTo === undefined || upTo === null;
  return { page, isDone, continueCursor: cursorOf(upTo ?? null) };
}

/** Members whose scope changed while they look have cursors of another list: the browser begins anew at this error. */
function requireKey(cursor: string): Key | null {
  const key = keyOfCursor(cursor);
  if (key !== undefined) return key;
  throw new ConvexError({ isConvexSystemError: true, paginationError: "InvalidCursor" });
}

async function listsOf(
  ctx: QueryCtx,
  asked: Asked,
  order: ListOrder<Doc<"threads">>,
): Promise<AsyncIterable<Doc<"threads">>[]> {
  const { viewer, view } = asked;
  const inView = (rows: readonly Doc<"threads">[]) =>
    sorted(
      rows.filter((row) => isInView(row, view)),
      order,
    );
  switch (view) {
    case "overdue":
      return [...overdue(ctx, asked), inView(await personalThreads(ctx, viewer))];
    case "snoozed":
      return [...snoozed(ctx, asked), inView(await personalThreads(ctx, viewer))];
    default:
      return [...awake(ctx, asked), inView(await followedThreads(ctx, viewer.member))];
  }
}

async function* sorted(rows: Doc<"threads">[], { keyOf, isDescending }: ListOrder<Doc<"threads">>) {
  const sign = isDescending ? -1 : 1;
  yield* rows.sort((a, b) => sign * compareKeys(keyOf(a), keyOf(b)));
}

/** Whether a conversation of the member's own stands in a view, as the index ranges have it. */
function isInView({ isOpen, isOverdue, snoozedUntil, isSpam }: Doc<"threads">, view: ThreadFilter["view"]): boolean {
  switch (view) {
    case "overdue":
      return isOpen && isOverdue === true;
    case "snoozed":
      return snoozedUntil !== undefined;
    case "spam":
      return isSpam === true;
    case "closed":
      return !isOpen;
    default:
      return isOpen && snoozedUntil === undefined;
  }
}

/** Open and awake, or closed, by activity. */
function awake(ctx: QueryCtx, { viewer, scope, view, after }: Asked): Threads[] {
  const { orgId, member } = viewer;
  const isOpen = view !== "closed" && view !== "spam";
  const upTo = after?.[0] ?? Infinity;
  const threads = () => ctx.db.query("threads");
  const ranges = [
    ...scope.channelIds.map((channelId) =>
      threads().withIndex("by_org_mailbox", (q) =>
        q
          .eq("orgId", orgId)
          .eq("isOpen", isOpen)
          .eq("channelId", channelId)
          .eq("snoozedUntil", undefined)
          .lte("lastMessageAt", upTo),
      ),
    ),
    ...scope.teamIds.map((teamId) =>
      threads().withIndex("by_org_team", (q) =>
        q
          .eq("orgId", orgId)
          .eq("isOpen", isOpen)
          .eq("teamId", teamId)
          .eq("snoozedUntil", undefined)
          .lte("lastMessageAt", upTo),
      ),
    ),
    threads().withIndex("by_org_assignee", (q) =>
      q
        .eq("orgId", orgId)
        .eq("isOpen", isOpen)
        .eq("assigneeId", member._id)
        .eq("snoozedUntil", undefined)
        .lte("lastMessageAt", upTo),
    ),
  ];
  return ranges.map((range) => range.order("desc"));
}

/** Past their deadline, the longest first. */
function overdue(ctx: QueryCtx, { viewer: { orgId }, scope, after }: Asked): Threads[] {
  const from = after?.[0] ?? 0;
  const threads = () => ctx.db.query("threads");
  const ranges = [
    ...scope.channelIds.map((channelId) =>
      threads().withIndex("by_org_overdue_mailbox", (q) =>
        q
          .eq("orgId", orgId)
          .eq("isOpen", true)
          .eq("isOverdue", true)
          .eq("channelId", channelId)
          .gte("responseDueAt", from),
      ),
    ),
    ...scope.teamIds.map((teamId) =>
      threads().withIndex("by_org_overdue_team", (q) =>
        q.eq("orgId", orgId).eq("isOpen", true).eq("isOverdue", true).eq("teamId", teamId).gte("responseDueAt", from),
      ),
    ),
  ];
  return ranges.map((range) => range.order("asc"));
}

/** Snoozed ones are open; those that wait for the customer (null) come first. */
function snoozed(ctx: QueryCtx, { viewer: { orgId }, scope, after }: Asked): Threads[] {
  const from = after?.[0] ?? null;
  const threads = () => ctx.db.query("threads");
  const ranges = [
    ...scope.channelIds.map((channelId) =>
      threads().withIndex("by_org_mailbox", (q) =>
        q.eq("orgId", orgId).eq("isOpen", true).eq("channelId", channelId).gte("snoozedUntil", from),
      ),
    ),
    ...scope.teamIds.map((teamId) =>
      threads().withIndex("by_org_team", (q) =>
        q.eq("orgId", orgId).eq("isOpen", true).eq("teamId", teamId).gte("snoozedUntil", from),
      ),
    ),
  ];
  return ranges.map((range) => range.order("asc"));
}
