import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import type { Doc } from "../../_generated/dataModel";
import { memberQuery } from "../../lib/functions";
import { vImportState } from "../../lib/imports";
import { canUndo, listBookingImports, listBookingRows, listFailedRows, requireBookingImport } from "./model";
import {
  vBookingLine,
  vBookingOutcome,
  vBookingProblem,
  vBookingResult,
  vBookingVerdict,
  vClockNote,
  vPlannedBookings,
} from "./schema";

const vImport = v.object({
  id: v.id("bookingImports"),
  fileName: v.string(),
  state: vImportState,
  zone: v.string(),
  startsJourneys: v.boolean(),
  planned: vPlannedBookings,
  result: vBookingResult,
  /** Whether what it wrote can be taken back. */
  canUndo: v.boolean(),
  createdAt: v.number(),
});

const vRow = v.object({
  line: v.number(),
  title: v.optional(v.string()),
  startsAt: v.optional(v.number()),
  /** Empty once the booking is written. */
  lines: v.array(vBookingLine),
  problem: v.optional(vBookingProblem),
  problemLine: v.optional(v.number()),
  clockNote: v.optional(vClockNote),
  outcome: v.optional(vBookingOutcome),
  bookingId: v.optional(v.id("bookings")),
});

/** Imports of bookings, newest first. */
export const list = memberQuery("bookings.read")({
  args: { paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vImport),
  handler: async (ctx, { paginationOpts }) => {
    const result = await listBookingImports(ctx, ctx.orgId, paginationOpts);
    return { ...result, page: result.page.map(presentImport) };
  },
});

/** One import as it stands; its `result` grows while it runs. */
export const get = memberQuery("bookings.read")({
  args: { importId: v.id("bookingImports") },
  returns: vImport,
  handler: async (ctx, { importId }) => presentImport(await requireBookingImport(ctx, ctx.orgId, importId)),
});

/** Bookings with one verdict of the dry run, in the order of the file. */
export const rows = memberQuery("bookings.read")({
  args: { importId: v.id("bookingImports"), verdict: vBookingVerdict, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vRow),
  handler: async (ctx, { importId, verdict, paginationOpts }) => {
    await requireBookingImport(ctx, ctx.orgId, importId);
    const result = await listBookingRows(ctx, importId, { verdict, paginationOpts });
    return { ...result, page: result.page.map(presentRow) };
  },
});

/** Bookings that failed when they were applied, though the dry run thought them usable. */
export const failedRows = memberQuery("bookings.read")({
  args: { importId: v.id("bookingImports"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vRow),
  handler: async (ctx, { importId, paginationOpts }) => {
    await requireBookingImport(ctx, ctx.orgId, importId);
    const result = await listFailedRows(ctx, importId, paginationOpts);
    return { ...result, page: result.page.map(presentRow) };
  },
});

function presentImport(found: Doc<"bookingImports">) {
  const { _id: id, _creationTime: createdAt, fileName, state, startsJourneys, planned, result } = found;
  const { zone } = found.options;
  const isUndoable = canUndo(found, Date.now());
  return { id, fileName, state, zone, startsJourneys, planned, result, canUndo: isUndoable, createdAt };
}

function presentRow({
  line,
  title,
  startsAt,
  lines,
  problem,
  problemLine,
  clockNote,
  outcome,
  bookingId,
}: Doc<"bookingImportRows">) {
  return { line, title, startsAt, lines, problem, problemLine, clockNote, outcome, bookingId };
}
