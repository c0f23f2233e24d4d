import { internal } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { gathering } from "../../../events/model";
import type { ByActor } from "../../model/entering";
import { findBooking } from "../../model/read";
import { isAsLeft, restoreBooking, takeBackBooking } from "../../model/takeBack";
import { BATCH } from "./run";

type Row = Doc<"bookingImportRows">;

/**
 * One batch of what an import wrote is taken back, in one transaction with its count. Schedules the next until all is. A row
 * that was looked at has another outcome then, so that it goes on wherever it stopped.
 */
export async function undoBatch(ctx: MutationCtx, importId: Id<"bookingImports">): Promise<void> {
  const found = await ctx.db.get("bookingImports", importId);
  if (found?.state !== "undoing") return;
  const { orgId, createdBy, undoneBy = createdBy } = found;
  const by: ByActor = { orgId, actor: { kind: "member", memberId: undoneBy } };
  const rows = await writtenRows(ctx, importId);
  const counts = { undone: 0, kept: 0 };
  await gathering(ctx, async (gatherer) => {
    for (const row of rows) {
      const outcome = await undoRow(gatherer, by, row);
      counts[outcome] += 1;
      await gatherer.db.patch("bookingImportRows", row._id, { outcome, before: undefined, after: undefined });
    }
  });
  const { undone = 0, kept = 0 } = found.result;
  const result = { ...found.result, undone: undone + counts.undone, kept: kept + counts.kept };
  const isDone = rows.length < BATCH;
  await ctx.db.patch("bookingImports", importId, { result, state: isDone ? "undone" : "undoing" });
  if (!isDone) await ctx.scheduler.runAfter(0, internal.bookings.imports.jobs.undoBatch, { importId });
}

async function writtenRows(ctx: MutationCtx, importId: Id<"bookingImports">): Promise<Row[]> {
  const rows: Row[] = [];
  for (const outcome of ["updated", "created"] as const) {
    const some = await ctx.db
      .query("bookingImportRows")
      .withIndex("by_outcome", (q) => q.eq("importId", importId).eq("outcome", outcome))
      .take(BATCH - rows.length);
    rows.push(...some);
    if (rows.length === BATCH) break;
  }
  return rows;
}

async function undoRow(ctx: MutationCtx, by: ByActor, { bookingId, before, after }: Row): Promise<"undone" | "kept"> {
  const booking = bookingId === undefined ? null : await findBooking(ctx, bookingId);
  if (booking === null) return "undone";
  if (after === undefined || !(await isAsLeft(ctx, booking, after))) return "kept";
  if (before === undefined) await takeBackBooking(ctx, by, booking);
  else await restoreBooking(ctx, by, booking, before);
  return "undone";
}
