import type { OrderedQuery } from "convex/server";
import type { DataModel, Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import type { ThreadScope } from "../../lib/threadScope";
import { compareKeys, mergeLists, skipPast, type Key, type ListOrder } from "../access/merge";
import { followedThreads, personalThreads } from "../access/model/personalThreads";
import type { ListOrderName, RangedView } from "../filters";
import { deadlinesInScope } from "./deadlineRanges";
import { directionOf, isInView, orderOf, spanAfter } from "./listOrder";
import type { Viewer } from "./ranges";

// The lists of members who see only some conversations: one index range for each of their mailboxes and teams, what is
// theirs and what they follow, read as one list. Nobody else's rows are read.

type Threads = OrderedQuery<DataModel["threads"]>;
type Asked = {
  viewer: Viewer;
  scope: ThreadScope;
  view: RangedView;
  order?: ListOrderName | undefined;
  after: Key | null;
};

/** The conversations of a view that lie in a scope, in the view's order, as far as they are read. */
export async function rowsInScope(
  ctx: QueryCtx,
  asked: Omit<Asked, "after">,
  after: Key | null = null,
): Promise<AsyncIterable<Doc<"threads">>> {
  const order = orderOf(asked.view, asked.order);
  const lists = await listsOf(ctx, { ...asked, after }, order);
  return skipPast(mergeLists(lists, order), order, after);
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
      if (asked.order === "deadline") {
        return [...deadlinesInScope(ctx, asked), inView(await personalThreads(ctx, viewer))];
      }
      return [...awake(ctx, asked), inView(await followedThreads(ctx, viewer.member))];
  }
}

async function* sorted(rows: Doc<"threads">[], { keyOf, isDescending }: ListOrder<Doc<"threads">>) {
  const sign = isDescending ? -1 : 1;
  yield* rows.sort((a, b) => sign * compareKeys(keyOf(a), keyOf(b)));
}

/** Open and awake, or closed, by activity. */
function awake(ctx: QueryCtx, { viewer, scope, view, order, after }: Asked): Threads[] {
  const { orgId, member } = viewer;
  const isOpen = view !== "closed" && view !== "spam";
  const { from, upTo } = spanAfter(order, after);
  const threads = () => ctx.db.query("threads");
  const ranges = [
    ...scope.channelIds.map((channelId) =>
      threads().withIndex("by_org_mailbox", (q) =>
        q
          .eq("orgId", orgId)
          .eq("isOpen", isOpen)
          .eq("channelId", channelId)
          .eq("snoozedUntil", undefined)
          .gte("lastMessageAt", from)
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
          .gte("lastMessageAt", from)
          .lte("lastMessageAt", upTo),
      ),
    ),
    threads().withIndex("by_org_assignee", (q) =>
      q
        .eq("orgId", orgId)
        .eq("isOpen", isOpen)
        .eq("assigneeId", member._id)
        .eq("snoozedUntil", undefined)
        .gte("lastMessageAt", from)
        .lte("lastMessageAt", upTo),
    ),
  ];
  return ranges.map((range) => range.order(directionOf(order)));
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
