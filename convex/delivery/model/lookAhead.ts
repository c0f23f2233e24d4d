import type { Doc } from "../../_generated/dataModel";
import type { Batch } from "./batch";
import type { Queue } from "./wakeUps";

/** Rows of a backlog that one look goes on by; four looks a second pass ten thousand in under ten seconds. */
const LOOK_AHEAD = 300;
/** Messages of one person that are looked at to keep their order. */
const MAX_OF_PERSON = 20;

/**
 * Due messages further back in a queue whose head waits for tokens. Each call goes on where the last one stopped and
 * begins again at the end, so that no sender's backlog hides the others for long. Leaves out a message whose person has an
 * older one waiting: one person's messages keep their order.
 */
export async function lookAhead(batch: Batch, queue: Queue, seen: ReadonlySet<string>): Promise<Doc<"messageQueue">[]> {
  const { ctx } = batch;
  const cursor = await ctx.db
    .query("queueCursors")
    .withIndex("by_lane_shard", (q) => q.eq("lane", queue.lane).eq("shard", queue.shard))
    .unique();
  const rows = await rowsAfter(batch, queue, cursor);
  const last = rows.at(-1);
  if (last === undefined || rows.length < LOOK_AHEAD) {
    if (cursor !== null) await ctx.db.delete("queueCursors", cursor._id);
  } else {
    const place = { dueAt: last.dueAt, createdAt: last._creationTime };
    if (cursor === null) await ctx.db.insert("queueCursors", { ...queue, ...place });
    else await ctx.db.patch("queueCursors", cursor._id, place);
  }
  const inOrder: Doc<"messageQueue">[] = [];
  for (const row of rows) {
    if (!seen.has(row._id) && (await isFirstOfPerson(batch, row))) inOrder.push(row);
  }
  return inOrder;
}

async function rowsAfter(
  { ctx, now }: Batch,
  { lane, shard }: Queue,
  cursor: Doc<"queueCursors"> | null,
): Promise<Doc<"messageQueue">[]> {
  if (cursor === null) {
    return await ctx.db
      .query("messageQueue")
      .withIndex("by_due", (q) => q.eq("lane", lane).eq("shard", shard).eq("state.kind", "pending").lte("dueAt", now))
      .take(LOOK_AHEAD);
  }
  const { dueAt, createdAt } = cursor;
  const sameInstant = await ctx.db
    .query("messageQueue")
    .withIndex("by_due", (q) =>
      q
        .eq("lane", lane)
        .eq("shard", shard)
        .eq("state.kind", "pending")
        .eq("dueAt", dueAt)
        .gt("_creationTime", createdAt),
    )
    .take(LOOK_AHEAD);
  if (sameInstant.length === LOOK_AHEAD) return sameInstant;
  const later = await ctx.db
    .query("messageQueue")
    .withIndex("by_due", (q) =>
      q.eq("lane", lane).eq("shard", shard).eq("state.kind", "pending").gt("dueAt", dueAt).lte("dueAt", now),
    )
    .take(LOOK_AHEAD - sameInstant.length);
  return [...sameInstant, ...later];
}

async function isFirstOfPerson({ ctx }: Batch, row: Doc<"messageQueue">): Promise<boolean> {
  const before = await ctx.db
    .query("messageQueue")
    .withIndex("by_contact", (q) => q.eq("contactId", row.contactId).lte("dueAt", row.dueAt))
    .order("desc")
    .take(MAX_OF_PERSON);
  return !before.some(
    (other) =>
      other._id !== row._id &&
      other.lane === row.lane &&
      other.state.kind === "pending" &&
      (other.dueAt < row.dueAt || other._creationTime < row._creationTime),
  );
}
