import type { WithoutSystemFields } from "convex/server";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";

// The only file that writes the table `threadTags`.

/** Tags of one conversation that are found by; more are shown and no help. */
const MAX_TAGS = 100;

type TagRow = WithoutSystemFields<Doc<"threadTags">>;

/**
 * Brings the rows of a conversation's tags to what it is now. Merged and deleted ones and spam stand in no list by tag. Costs one
 * read where it has no tag and had none: pass `before` where it is known.
 */
export async function followTags(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  before: Doc<"threads"> | null = null,
): Promise<void> {
  const wanted = rowsOf(thread);
  if (before !== null && wanted.length === 0 && before.tags.length === 0) return;
  const known = await ctx.db
    .query("threadTags")
    .withIndex("by_thread", (q) => q.eq("threadId", thread._id))
    .take(2 * MAX_TAGS);
  for (const row of known) {
    const next = wanted.find(({ tag }) => tag === row.tag);
    if (next === undefined) await ctx.db.delete("threadTags", row._id);
    else if (!isSame(row, next)) await ctx.db.replace("threadTags", row._id, next);
  }
  for (const row of wanted) if (!known.some(({ tag }) => tag === row.tag)) await ctx.db.insert("threadTags", row);
}

function rowsOf(thread: Doc<"threads">): TagRow[] {
  if (thread.mergedIntoId !== undefined || thread.isSpam === true || thread.isOpen === undefined) return [];
  const { orgId, _id: threadId, isOpen, assigneeId, channelId, teamId } = thread;
  const { lastMessageAt, responseDueAt, isOverdue, snoozedUntil } = thread;
  const shared = { orgId, threadId, isOpen, assigneeId, channelId, teamId };
  const listed = { ...shared, lastMessageAt, responseDueAt, isOverdue, snoozedUntil };
  return [...new Set(thread.tags)].slice(0, MAX_TAGS).map((tag) => ({ ...listed, tag }));
}

function isSame(row: TagRow, next: TagRow): boolean {
  return (Object.keys(next) as (keyof TagRow)[]).every((field) => row[field] === next[field]);
}
