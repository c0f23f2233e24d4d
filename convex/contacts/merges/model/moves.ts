import { internal } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import type { Moved } from "../../../lib/contactMoves";
import { MOVE_PARTS } from "../parts";

/** Pages one transaction hands over, 100 rows each: an ordinary person is done in the first one. */
const PAGES_AT_ONCE = 12;

/** Hands rows of the merged contact over to the kept one, as far as one transaction goes; the rest is scheduled. */
export async function moveBatch(ctx: MutationCtx, mergeId: Id<"contactMerges">): Promise<void> {
  const merge = await ctx.db.get("contactMerges", mergeId);
  if (merge?.state.kind !== "moving") return;
  let { part, cursor } = merge.state;
  for (let pages = 0; pages < PAGES_AT_ONCE; pages++) {
    const step = MOVE_PARTS[part];
    if (step === undefined) break;
    const which = { kind: "page" as const, cursor };
    const moved: Moved = await ctx.runMutation(step.ref, { from: merge.mergedId, to: merge.keptId, which });
    await keepMoved(ctx, merge, step.name, moved.ids);
    cursor = moved.cursor;
    if (cursor === null) part += 1;
  }
  const isDone = part >= MOVE_PARTS.length;
  const state = isDone ? ({ kind: "done", at: Date.now() } as const) : ({ kind: "moving", part, cursor } as const);
  await ctx.db.patch("contactMerges", mergeId, { state });
  if (!isDone) await ctx.scheduler.runAfter(0, internal.contacts.merges.jobs.moveBatch, { mergeId });
}

/** Gives rows back that were handed over and still are with the kept contact; the rest is scheduled. */
export async function undoBatch(ctx: MutationCtx, mergeId: Id<"contactMerges">): Promise<void> {
  const merge = await ctx.db.get("contactMerges", mergeId);
  if (merge?.state.kind !== "undoing") return;
  const moves = await ctx.db
    .query("contactMergeMoves")
    .withIndex("by_merge", (q) => q.eq("mergeId", mergeId))
    .take(PAGES_AT_ONCE);
  for (const { _id, part, ids } of moves) {
    const ref = MOVE_PARTS.find(({ name }) => name === part)?.ref;
    if (ref === undefined) throw new Error(`Rows of a merge belong to ${part}, which is no part any more.`);
    await ctx.runMutation(ref, { from: merge.keptId, to: merge.mergedId, which: { kind: "rows", ids } });
    await ctx.db.delete("contactMergeMoves", _id);
  }
  if (moves.length === PAGES_AT_ONCE) {
    await ctx.scheduler.runAfter(0, internal.contacts.merges.jobs.undoBatch, { mergeId });
  } else await ctx.db.patch("contactMerges", mergeId, { state: { kind: "undone", at: Date.now() }, undo: undefined });
}

async function keepMoved(
  ctx: MutationCtx,
  { _id: mergeId, orgId }: Doc<"contactMerges">,
  part: string,
  ids: string[],
): Promise<void> {
  if (ids.length > 0) await ctx.db.insert("contactMergeMoves", { orgId, mergeId, part, ids });
}
