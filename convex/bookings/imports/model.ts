import type { PaginationOptions } from "convex/server";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction } from "../../audit/actions";
import { record } from "../../audit/model";
import { countryOfLocale } from "../../contacts/addresses";
import { sha256Hex } from "../../lib/crypto";
import { appError } from "../../lib/errors";
import { IMPORT_ROWS_KEPT_MS, importName, requireImportState, tooOldToUndo } from "../../lib/imports";
import { DAY_MS, isZone } from "../../lib/time";
import { requireOrg } from "../../orgs/model";
import { keyOf, MAX_LINES, tidy, type BookingLine } from "./columns";
import { planOf } from "./model/plan";
import type { BookingVerdict, ReadOptions } from "./schema";

/** Bookings one call may bring, and their rows: each costs up to ten reads. */
export const MAX_BOOKINGS_AT_ONCE = 100;
export const MAX_LINES_AT_ONCE = 200;
/** Rows removed in one go; one may be a fifth of a megabyte. */
const PRUNE_BATCH = 20;
/** Characters of a reference made of what a row says. */
const MADE_REFERENCE_CHARS = 24;
/** A day: what has no end lasts no longer. */
const MAX_MINUTES = 24 * 60;

type Import = Doc<"bookingImports">;

/** The import, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireBookingImport(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  importId: Id<"bookingImports">,
): Promise<Import> {
  const found = await ctx.db.get("bookingImports", importId);
  if (found === null || found.orgId !== orgId) throw appError("not_found", "This import does not exist.");
  return found;
}

/** Imports, newest first. */
export async function listBookingImports(ctx: QueryCtx, orgId: Id<"organisations">, paginationOpts: PaginationOptions) {
  return await ctx.db
    .query("bookingImports")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .order("desc")
    .paginate(paginationOpts);
}

/** Bookings with one verdict of the dry run, in the order of the file. */
export async function listBookingRows(
  ctx: QueryCtx,
  importId: Id<"bookingImports">,
  { verdict, paginationOpts }: { verdict: BookingVerdict; paginationOpts: PaginationOptions },
) {
  return await ctx.db
    .query("bookingImportRows")
    .withIndex("by_verdict", (q) => q.eq("importId", importId).eq("verdict", verdict))
    .paginate(paginationOpts);
}

/** Bookings that could not be used when they were applied, though the dry run thought so. */
export async function listFailedRows(ctx: QueryCtx, importId: Id<"bookingImports">, paginationOpts: PaginationOptions) {
  return await ctx.db
    .query("bookingImportRows")
    .withIndex("by_outcome", (q) => q.eq("importId", importId).eq("outcome", "failed"))
    .paginate(paginationOpts);
}

type Started = {
  orgId: Id<"organisations">;
  memberId: Id<"members">;
  fileName: string;
  clientId: string;
  options: ReadOptions;
  startsJourneys: boolean;
};

/**
 * Begins a dry run: bookings follow, and none is written yet. The same `clientId` again begins no second one. Throws
 * `invalid` with the field.
 */
export async function startBookingImport(ctx: MutationCtx, asked: Started): Promise<Id<"bookingImports">> {
  const { orgId, memberId: createdBy, fileName, clientId, options, startsJourneys } = asked;
  requireOptions(options);
  const known = await ctx.db
    .query("bookingImports")
    .withIndex("by_client", (q) => q.eq("createdBy", createdBy).eq("clientId", clientId))
    .first();
  if (known !== null) return known._id;
  const country = options.country ?? countryOfLocale((await requireOrg(ctx, orgId)).locale);
  const importId = await ctx.db.insert("bookingImports", {
    orgId,
    fileName: importName(fileName),
    createdBy,
    clientId,
    state: "reading",
    options: { ...options, country },
    startsJourneys,
    planned: { create: 0, update: 0, unchanged: 0, rejected: 0, clockChanges: 0 },
    result: { created: 0, updated: 0, skipped: 0, failed: 0 },
  });
  await ctx.scheduler.runAfter(IMPORT_ROWS_KEPT_MS, internal.bookings.imports.jobs.pruneRows, { importId });
  return importId;
}

function requireOptions({ zone, minutes }: ReadOptions): void {
  if (!isZone(zone)) throw appError("invalid", `"${zone}" is not a time zone.`, { field: "options.zone" });
  if (Number.isInteger(minutes) && minutes >= 0 && minutes <= MAX_MINUTES) return;
  throw appError("invalid", "A booking without an end lasts a day at most.", { field: "options.minutes" });
}

/**
 * Keeps bookings of the file and says what would become of each. One that came already is left as it is: a browser may send
 * a part twice. Throws `invalid` for too many at once or rows of different bookings, `conflict` once the file was closed.
 */
export async function stageBookings(
  ctx: MutationCtx,
  found: Import,
  bookings: readonly (readonly BookingLine[])[],
): Promise<void> {
  requireImportState(found, "reading");
  const lines = bookings.reduce((sum, booking) => sum + booking.length, 0);
  if (bookings.length > MAX_BOOKINGS_AT_ONCE || lines > MAX_LINES_AT_ONCE) {
    throw appError("invalid", `Send at most ${MAX_BOOKINGS_AT_ONCE} bookings at once.`, { field: "bookings" });
  }
  const planned = { ...found.planned };
  for (const booking of bookings) {
    const staged = await stageBooking(ctx, found, booking);
    if (staged === null) continue;
    planned[staged.verdict] += 1;
    if (staged.clockNote !== undefined) planned.clockChanges += 1;
  }
  await ctx.db.patch("bookingImports", found._id, { planned });
}

async function stageBooking(
  ctx: MutationCtx,
  { orgId, _id: importId, options }: Import,
  lines: readonly BookingLine[],
) {
  const [first] = lines;
  if (first === undefined || lines.length > MAX_LINES || new Set(lines.map(({ written }) => keyOf(written))).size > 1) {
    throw appError("invalid", `A booking has 1 to ${MAX_LINES} rows, all its own.`, { field: "bookings" });
  }
  const existing = await ctx.db
    .query("bookingImportRows")
    .withIndex("by_line", (q) => q.eq("importId", importId).eq("line", first.line))
    .first();
  if (existing !== null) return null;
  const reference = await referenceOf(first);
  const before = await ctx.db
    .query("bookingImportRows")
    .withIndex("by_reference", (q) => q.eq("importId", importId).eq("reference", reference))
    .first();
  const row = { orgId, importId, line: first.line, reference, lines: [...lines] };
  const plan =
    before === null
      ? await planOf(ctx, { orgId, reference, lines, options })
      : ({ verdict: "rejected", problem: "reference_again", line: first.line } as const);
  const { verdict } = plan;
  if (plan.verdict === "rejected") {
    const problem = { problem: plan.problem, problemLine: plan.line };
    const title = tidy(first.written.title) || undefined;
    await ctx.db.insert("bookingImportRows", { ...row, title, verdict, ...problem, isPending: false });
    return { verdict, clockNote: undefined };
  }
  const { title, startsAt } = plan.facts;
  const { clockNote } = plan.read;
  const isPending = verdict !== "unchanged";
  await ctx.db.insert("bookingImportRows", { ...row, title, startsAt, verdict, clockNote, isPending });
  return { verdict, clockNote };
}

/** Its id at the source "CSV": the one the file names, else one made of what, when and who. */
async function referenceOf({ written }: BookingLine): Promise<string> {
  const named = tidy(written.reference);
  return named === "" ? `row-${(await sha256Hex(keyOf(written))).slice(0, MADE_REFERENCE_CHARS)}` : named;
}

/** Closes the file: the dry run is complete. */
export async function finishReading(ctx: MutationCtx, found: Import): Promise<void> {
  requireImportState(found, "reading");
  await ctx.db.patch("bookingImports", found._id, { state: "checked" });
}

/** Writes what the dry run showed, batch by batch. */
export async function applyBookingImport(ctx: MutationCtx, found: Import, memberId: Id<"members">): Promise<void> {
  requireImportState(found, "checked");
  const { _id: importId, planned, startsJourneys } = found;
  const { create, update, rejected } = planned;
  const result = { ...found.result, skipped: planned.unchanged, failed: rejected };
  await ctx.db.patch("bookingImports", importId, { state: "applying", result, appliedAt: Date.now() });
  await note(ctx, found, memberId, "bookings.imported", { create, update, rejected, startsJourneys });
  await ctx.scheduler.runAfter(0, internal.bookings.imports.jobs.applyBatch, { importId });
  await ctx.scheduler.runAfter(IMPORT_ROWS_KEPT_MS, internal.bookings.imports.jobs.pruneRows, { importId });
}

/** Whether what an import wrote can be taken back: it is known for 30 days. */
export function canUndo({ state, appliedAt }: Import, now: number): boolean {
  return state === "applied" && appliedAt !== undefined && now < appliedAt + IMPORT_ROWS_KEPT_MS;
}

/**
 * Takes back what the import wrote, batch by batch: bookings it made and values it changed, unless somebody changed them
 * since. Throws `conflict` unless it was applied in the last 30 days.
 */
export async function undoBookingImport(ctx: MutationCtx, found: Import, memberId: Id<"members">): Promise<void> {
  requireImportState(found, "applied");
  if (!canUndo(found, Date.now())) throw tooOldToUndo();
  const { _id: importId, result } = found;
  await ctx.db.patch("bookingImports", importId, {
    state: "undoing",
    undoneBy: memberId,
    result: { ...result, undone: 0, kept: 0 },
  });
  await note(ctx, found, memberId, "bookings.import_undone", { create: result.created, update: result.updated });
  await ctx.scheduler.runAfter(0, internal.bookings.imports.jobs.undoBatch, { importId });
}

async function note(
  ctx: MutationCtx,
  { orgId, _id: id, fileName }: Import,
  memberId: Id<"members">,
  action: AuditAction,
  details: Doc<"auditEntries">["details"],
): Promise<void> {
  const subject = { table: "bookingImports", id };
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId },
    action,
    subject,
    details: { fileName, ...details },
  });
}

/** Throws a dry run away. Throws `conflict` for an import that was applied. */
export async function discardBookingImport(ctx: MutationCtx, found: Import): Promise<void> {
  if (found.state !== "reading") requireImportState(found, "checked");
  await ctx.db.delete("bookingImports", found._id);
  await ctx.scheduler.runAfter(0, internal.bookings.imports.jobs.pruneRows, { importId: found._id });
}

/**
 * Removes one batch of an import's rows, and a dry run that nobody applied; true when there may be more. What is being
 * written or taken back, or still may be, keeps its rows.
 */
export async function pruneBookingRows(ctx: MutationCtx, importId: Id<"bookingImports">): Promise<boolean> {
  const found = await ctx.db.get("bookingImports", importId);
  // Its own pruning was planned when it was applied.
  if (found !== null && canUndo(found, Date.now())) return false;
  if (found?.state === "applying" || found?.state === "undoing") {
    await ctx.scheduler.runAfter(DAY_MS, internal.bookings.imports.jobs.pruneRows, { importId });
    return false;
  }
  if (found?.state === "reading" || found?.state === "checked") await ctx.db.delete("bookingImports", importId);
  const rows = await ctx.db
    .query("bookingImportRows")
    .withIndex("by_line", (q) => q.eq("importId", importId))
    .take(PRUNE_BATCH);
  for (const row of rows) await ctx.db.delete("bookingImportRows", row._id);
  return rows.length === PRUNE_BATCH;
}
