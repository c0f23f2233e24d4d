import { internal } from "../../_generated/api";
import type { MutationCtx } from "../../_generated/server";
import { MINUTE_MS } from "../../lib/time";
import { followKeys } from "../model/keyRows";
import { followTags } from "../model/tagRows";
import { completeFileNames } from "../model/fileNames";
import { completeMark } from "../model/readMarks";
import { completeChange } from "../model/rows";
import { walkOf } from "./model/rows";
import type { WalkKind } from "./schema";

// What a database from before a capability lacks is added once, batch after batch, while everybody works. Rows that are
// written meanwhile are complete by themselves, and each step may be done twice.

/** Rows one transaction looks at: a message may have many files, a conversation many tags. */
const BATCH = 100;
/** A walk that did nothing for so long was cut short. */
const LOST_AFTER_MS = 2 * MINUTE_MS;

type Batch = { count: number; last: number | undefined };

/** Does one batch of rows created after an instant; says how many there were and when the last was created. */
const STEPS: Record<WalkKind, (ctx: MutationCtx, after: number) => Promise<Batch>> = {
  fileNames: async (ctx, after) => {
    const rows = await ctx.db
      .query("messages")
      .withIndex("by_creation_time", (q) => q.gt("_creationTime", after))
      .take(BATCH);
    for (const row of rows) await completeFileNames(ctx, row);
    return { count: rows.length, last: rows.at(-1)?._creationTime };
  },
  tags: async (ctx, after) => {
    const rows = await ctx.db
      .query("threads")
      .withIndex("by_creation_time", (q) => q.gt("_creationTime", after))
      .take(BATCH);
    for (const row of rows) await followTags(ctx, row);
    return { count: rows.length, last: rows.at(-1)?._creationTime };
  },
  keys: async (ctx, after) => {
    const rows = await ctx.db
      .query("threads")
      .withIndex("by_creation_time", (q) => q.gt("_creationTime", after))
      .take(BATCH);
    for (const row of rows) await followKeys(ctx, row);
    return { count: rows.length, last: rows.at(-1)?._creationTime };
  },
  marks: async (ctx, after) => {
    const rows = await ctx.db
      .query("readMarks")
      .withIndex("by_creation_time", (q) => q.gt("_creationTime", after))
      .take(BATCH);
    for (const row of rows) await completeMark(ctx, row);
    return { count: rows.length, last: rows.at(-1)?._creationTime };
  },
  changes: async (ctx, after) => {
    const rows = await ctx.db
      .query("threads")
      .withIndex("by_creation_time", (q) => q.gt("_creationTime", after))
      .take(BATCH);
    for (const row of rows) await completeChange(ctx, row);
    return { count: rows.length, last: rows.at(-1)?._creationTime };
  },
};

/** Begins each walk, or takes up what was cut short. Nothing happens while one goes on and when it is done. */
export async function lookAfterWalks(ctx: MutationCtx, now: number): Promise<void> {
  for (const kind of Object.keys(STEPS) as WalkKind[]) {
    const walk = await walkOf(ctx, kind);
    if (walk?.isDone === true || (walk !== null && now - walk.workedAt < LOST_AFTER_MS)) continue;
    if (walk === null) await ctx.db.insert("inboxWalks", { kind, after: 0, isDone: false, workedAt: now });
    await ctx.scheduler.runAfter(0, internal.inbox.walks.jobs.walk, { kind });
  }
}

/** Does one batch and schedules the next while there is one. */
export async function walkOn(ctx: MutationCtx, kind: WalkKind, now: number): Promise<void> {
  const walk = await walkOf(ctx, kind);
  if (walk === null || walk.isDone) return;
  const { count, last } = await STEPS[kind](ctx, walk.after);
  const isDone = count < BATCH;
  await ctx.db.patch("inboxWalks", walk._id, { after: last ?? walk.after, isDone, workedAt: now });
  if (!isDone) await ctx.scheduler.runAfter(0, internal.inbox.walks.jobs.walk, { kind });
}
