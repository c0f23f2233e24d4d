import { filter } from "convex-helpers/server/filter";
import type { OrderedQuery, PaginationOptions, PaginationResult } from "convex/server";
import type { DataModel, Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { mayOpenThread } from "../../lib/threadAccess";
import type { PersonalView } from "../filters";
import { countPlannedBy } from "../sending/model/planned";
import { getDraft } from "./drafts";
import type { Viewer } from "./ranges";

// The lists of what a conversation is to one member alone: ranges of the rows that say so. However many conversations
// there are, only the member's are read.

/** Rows behind one number; it is shown as "99+" from there on. */
const COUNTED = 100;

type Fits = (thread: Doc<"threads">) => Promise<boolean>;
type MarkRows = OrderedQuery<DataModel["readMarks"]>;

/** One page of a member's own list, newest activity first; of drafts, the one written in last first. */
export async function pageOfPersonal(
  ctx: QueryCtx,
  viewer: Viewer,
  { view, fits }: { view: PersonalView; fits: Fits },
  paginationOpts: PaginationOptions,
): Promise<PaginationResult<Doc<"threads">>> {
  const shown = shower(ctx, viewer, fits);
  if (view === "drafts") {
    const rows = filter(draftsOf(ctx, viewer), async (row) => await shown.hasDraft(row));
    return await asThreads(await rows.paginate(paginationOpts), shown.threadOf);
  }
  const rows = filter(marksOf(ctx, viewer, view), async (row) => await shown.isShown(row.threadId));
  return await asThreads(await rows.paginate(paginationOpts), shown.threadOf);
}

/** How many fit, up to `cap`, among at most `lookAt` rows; `isMore` where there are or may be more. */
export async function countPersonal(
  ctx: QueryCtx,
  viewer: Viewer,
  { view, fits }: { view: PersonalView; fits: Fits },
  { cap, lookAt }: { cap: number; lookAt: number },
): Promise<{ count: number; isMore: boolean }> {
  const shown = shower(ctx, viewer, fits);
  let count = 0;
  let looked = 0;
  for await (const row of view === "drafts" ? draftsOf(ctx, viewer) : marksOf(ctx, viewer, view)) {
    if (count === cap || looked === lookAt) return { count, isMore: true };
    looked++;
    if ("mode" in row ? await shown.hasDraft(row) : await shown.isShown(row.threadId)) count++;
  }
  return { count, isMore: false };
}

/** The numbers beside those lists: what is unread among the latest, and what is begun. At most 100 rows each are read. */
export async function countOwn(ctx: QueryCtx, viewer: Viewer) {
  const isThere = async (thread: Doc<"threads">) => await Promise.resolve(thread.mergedIntoId === undefined);
  const unreadOf = async (view: "mentioned" | "followed") => {
    const shown = shower(ctx, viewer, isThere);
    const unread = (await marksOf(ctx, viewer, view).take(COUNTED)).filter(
      ({ isMarkedUnread, readAt, activeAt = 0 }) => isMarkedUnread === true || readAt < activeAt,
    );
    const counted = await Promise.all(unread.map(({ threadId }) => shown.isShown(threadId)));
    return counted.filter(Boolean).length;
  };
  const drafts = await countPersonal(ctx, viewer, { view: "drafts", fits: isThere }, { cap: COUNTED, lookAt: COUNTED });
  const planned = await countPlannedBy(ctx, viewer.member._id, COUNTED);
  return {
    mentioned: await unreadOf("mentioned"),
    followed: await unreadOf("followed"),
    drafts: drafts.count,
    planned,
  };
}

function marksOf(ctx: QueryCtx, { member }: Viewer, view: Exclude<PersonalView, "drafts">): MarkRows {
  const marks = ctx.db.query("readMarks");
  const { _id: memberId } = member;
  switch (view) {
    case "followed":
      return marks
        .withIndex("by_member_followed", (q) => q.eq("memberId", memberId).eq("isFollowing", true))
        .order("desc");
    case "starred":
      return marks
        .withIndex("by_member_starred", (q) => q.eq("memberId", memberId).eq("isStarred", true))
        .order("desc");
    case "mentioned":
      return marks
        .withIndex("by_member_mentioned", (q) => q.eq("memberId", memberId).eq("isMentioned", true))
        .order("desc");
  }
}

function draftsOf(ctx: QueryCtx, { member }: Viewer): OrderedQuery<DataModel["drafts"]> {
  return ctx.db
    .query("drafts")
    .withIndex("by_member", (q) => q.eq("memberId", member._id))
    .order("desc");
}

/** What of those rows is shown; each conversation is read once. */
function shower(ctx: QueryCtx, { member }: Viewer, fits: Fits) {
  const known = new Map<string, Promise<Doc<"threads"> | null>>();
  const threadOf = async (threadId: Doc<"readMarks">["threadId"]) => {
    const reading = known.get(threadId) ?? ctx.db.get("threads", threadId);
    known.set(threadId, reading);
    return await reading;
  };
  const isShown = async (threadId: Doc<"readMarks">["threadId"]) => {
    const thread = await threadOf(threadId);
    if (thread === null || thread.isSpam === true || thread.deleted !== undefined) return false;
    return (await fits(thread)) && (await mayOpenThread(ctx, member, thread));
  };
  // Of an answer and a note begun in the same conversation, the one that was written in last stands for it.
  const hasDraft = async ({ _id, threadId, mode, updatedAt }: Doc<"drafts">) => {
    const other = await getDraft(ctx, threadId, member._id, mode === "reply" ? "note" : "reply");
    const isOlder = other !== null && (other.updatedAt - updatedAt || (other._id > _id ? 1 : -1)) > 0;
    return !isOlder && (await isShown(threadId));
  };
  return { threadOf, isShown, hasDraft };
}

async function asThreads(
  result: PaginationResult<Pick<Doc<"readMarks">, "threadId">>,
  threadOf: (threadId: Doc<"readMarks">["threadId"]) => Promise<Doc<"threads"> | null>,
): Promise<PaginationResult<Doc<"threads">>> {
  const threads = await Promise.all(result.page.map(({ threadId }) => threadOf(threadId)));
  return { ...result, page: threads.filter((thread) => thread !== null) };
}
