import type { PaginationOptions } from "convex/server";
import { internal } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import type { AuditAction } from "../../../audit/actions";
import { record } from "../../../audit/model";
import { appError } from "../../../lib/errors";
import { IMPORT_ROWS_KEPT_MS, importName, requireImportState } from "../../../lib/imports";
import { requireOrg } from "../../../orgs/model";
import { countryOfLocale } from "../../addresses";
import { topicsOf } from "../../topics/model";
import { liftSuppression, suppress, suppressionsOf } from "../model";
import type { WrittenRow } from "../csv";
import { readRow, type ReadRow } from "../importRules";
import type { RowVerdict } from "../schema";

/** Lines one call may bring: each costs three reads and a write. */
export const MAX_STAGED_AT_ONCE = 200;
/** Lines one transaction applies or takes back: each costs five reads, three writes and an event. */
const APPLY_BATCH = 100;
/** Lines removed in one go. */
const PRUNE_BATCH = 400;

type Import = Doc<"suppressionImports">;

/** The import, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireImport(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  importId: Id<"suppressionImports">,
): Promise<Import> {
  const found = await ctx.db.get("suppressionImports", importId);
  if (found === null || found.orgId !== orgId) throw appError("not_found", "This import does not exist.");
  return found;
}

/** Imports, newest first. */
export async function listImports(ctx: QueryCtx, orgId: Id<"organisations">, paginationOpts: PaginationOptions) {
  return await ctx.db
    .query("suppressionImports")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .order("desc")
    .paginate(paginationOpts);
}

/** Lines of an import with one verdict, in the order of the file. */
export async function listRows(
  ctx: QueryCtx,
  importId: Id<"suppressionImports">,
  { verdict, paginationOpts }: { verdict: RowVerdict; paginationOpts: PaginationOptions },
) {
  return await ctx.db
    .query("suppressionImportRows")
    .withIndex("by_verdict", (q) => q.eq("importId", importId).eq("verdict", verdict))
    .paginate(paginationOpts);
}

/** Begins a dry run: lines follow, and nothing is suppressed yet. */
export async function startImport(
  ctx: MutationCtx,
  { orgId, memberId, fileName }: { orgId: Id<"organisations">; memberId: Id<"members">; fileName: string },
): Promise<Id<"suppressionImports">> {
  const name = importName(fileName);
  const counts = { new: 0, known: 0, repeated: 0, rejected: 0 };
  const fields = { orgId, fileName: name, createdBy: memberId, counts, done: 0 };
  return await ctx.db.insert("suppressionImports", { ...fields, state: "reading" });
}

/**
 * Keeps lines of the file and says what would become of each. A line that came already is left as it is: a browser may
 * send a part twice. Throws `invalid` for too many at once and `conflict` once the file was closed.
 */
export async function stageRows(
  ctx: MutationCtx,
  found: Import,
  rows: readonly { line: number; written: WrittenRow }[],
): Promise<void> {
  if (rows.length > MAX_STAGED_AT_ONCE) {
    throw appError("invalid", `Send at most ${MAX_STAGED_AT_ONCE} lines at once.`, { field: "rows" });
  }
  requireImportState(found, "reading");
  const org = await requireOrg(ctx, found.orgId);
  const known = { country: countryOfLocale(org.locale), topics: await topicsOf(ctx, org._id) };
  const counts = { ...found.counts };
  for (const { line, written } of rows) {
    const existing = await ctx.db
      .query("suppressionImportRows")
      .withIndex("by_line", (q) => q.eq("importId", found._id).eq("line", line))
      .first();
    if (existing !== null) continue;
    const read = readRow(written, known);
    const row = { orgId: found.orgId, importId: found._id, line, written };
    const verdict = read.ok ? await verdictOf(ctx, found, read.row) : "rejected";
    await ctx.db.insert("suppressionImportRows", {
      ...row,
      verdict,
      ...(read.ok ? read.row : { problem: read.problem }),
    });
    counts[verdict] += 1;
  }
  await ctx.db.patch("suppressionImports", found._id, { counts });
}

/** Closes the file: the dry run is complete. */
export async function finishReading(ctx: MutationCtx, found: Import): Promise<void> {
  requireImportState(found, "reading");
  await ctx.db.patch("suppressionImports", found._id, { state: "checked" });
}

/** Writes what the dry run showed, batch by batch. */
export async function applyImport(ctx: MutationCtx, found: Import, memberId: Id<"members">): Promise<void> {
  requireImportState(found, "checked");
  await ctx.db.patch("suppressionImports", found._id, { state: "applying", done: 0 });
  await noteImport(ctx, found, memberId, "suppressions.imported");
  await ctx.scheduler.runAfter(0, internal.contacts.suppressions.jobs.applyBatch, { importId: found._id });
}

/** Takes back exactly what the import wrote. What somebody else lifted or added meanwhile is left alone. */
export async function undoImport(ctx: MutationCtx, found: Import, memberId: Id<"members">): Promise<void> {
  requireImportState(found, "applied");
  await ctx.db.patch("suppressionImports", found._id, { state: "undoing", done: 0 });
  await noteImport(ctx, found, memberId, "suppressions.import_undone");
  await ctx.scheduler.runAfter(0, internal.contacts.suppressions.jobs.undoBatch, { importId: found._id });
}

/** Throws a dry run away. */
export async function discardImport(ctx: MutationCtx, found: Import): Promise<void> {
  if (found.state !== "reading" && found.state !== "checked") {
    throw appError("conflict", "This import was applied already; undo it instead.");
  }
  await ctx.db.delete("suppressionImports", found._id);
  await ctx.scheduler.runAfter(0, internal.contacts.suppressions.jobs.pruneRows, { importId: found._id });
}

/** One batch of new lines becomes suppressions. Schedules the next until all are. */
export async function applyBatch(ctx: MutationCtx, importId: Id<"suppressionImports">): Promise<void> {
  const found = await ctx.db.get("suppressionImports", importId);
  if (found?.state !== "applying") return;
  const rows = await ctx.db
    .query("suppressionImportRows")
    .withIndex("by_verdict", (q) => q.eq("importId", importId).eq("verdict", "new").gt("line", found.done))
    .take(APPLY_BATCH);
  for (const row of rows) await applyRow(ctx, found, row);
  const last = rows.at(-1);
  if (last === undefined || rows.length < APPLY_BATCH) {
    await ctx.db.patch("suppressionImports", importId, { state: "applied", done: found.counts.new });
    await ctx.scheduler.runAfter(IMPORT_ROWS_KEPT_MS, internal.contacts.suppressions.jobs.pruneRows, { importId });
    return;
  }
  await ctx.db.patch("suppressionImports", importId, { done: last.line });
  await ctx.scheduler.runAfter(0, internal.contacts.suppressions.jobs.applyBatch, { importId });
}

/** One batch of an import's suppressions is lifted. Schedules the next until all are. */
export async function undoBatch(ctx: MutationCtx, importId: Id<"suppressionImports">): Promise<void> {
  const found = await ctx.db.get("suppressionImports", importId);
  if (found?.state !== "undoing") return;
  const rows = await ctx.db
    .query("suppressions")
    .withIndex("by_import", (q) => q.eq("importId", importId).eq("removedAt", undefined))
    .take(APPLY_BATCH);
  const actor = { kind: "system", name: "import" } as const;
  for (const row of rows) await liftSuppression(ctx, row, { actor, reason: `import ${found.fileName} undone` });
  const done = found.done + rows.length;
  if (rows.length < APPLY_BATCH) {
    await ctx.db.patch("suppressionImports", importId, { state: "undone", done });
    return;
  }
  await ctx.db.patch("suppressionImports", importId, { done });
  await ctx.scheduler.runAfter(0, internal.contacts.suppressions.jobs.undoBatch, { importId });
}

/** Removes one batch of an import's lines; true when there may be more. */
export async function pruneRows(ctx: MutationCtx, importId: Id<"suppressionImports">): Promise<boolean> {
  const rows = await ctx.db
    .query("suppressionImportRows")
    .withIndex("by_line", (q) => q.eq("importId", importId))
    .take(PRUNE_BATCH);
  for (const row of rows) await ctx.db.delete("suppressionImportRows", row._id);
  return rows.length === PRUNE_BATCH;
}

async function verdictOf(ctx: QueryCtx, found: Import, row: ReadRow): Promise<RowVerdict> {
  const { channel, address, purpose, topic } = row;
  const inFile = await ctx.db
    .query("suppressionImportRows")
    .withIndex("by_key", (q) =>
      q
        .eq("importId", found._id)
        .eq("channel", channel)
        .eq("address", address)
        .eq("purpose", purpose)
        .eq("topic", topic),
    )
    .first();
  if (inFile !== null) return "repeated";
  const inForce = await suppressionsOf(ctx, { orgId: found.orgId, channel, address });
  return inForce.some((each) => each.purpose === purpose && each.topic === topic) ? "known" : "new";
}

async function applyRow(ctx: MutationCtx, found: Import, row: Doc<"suppressionImportRows">): Promise<void> {
  const { channel, address, purpose, topic, reason, note } = row;
  if (channel === undefined || address === undefined || reason === undefined) return;
  const { suppressionId, isNew } = await suppress(ctx, {
    orgId: found.orgId,
    channel,
    address,
    purpose,
    topic,
    reason,
    note,
    source: `import:${found._id}`,
    addedBy: { kind: "member", memberId: found.createdBy },
    importId: found._id,
  });
  // Somebody suppressed it between the dry run and now: that row is theirs, an undo leaves it.
  if (isNew) await ctx.db.patch("suppressionImportRows", row._id, { suppressionId });
}

async function noteImport(
  ctx: MutationCtx,
  found: Import,
  memberId: Id<"members">,
  action: AuditAction,
): Promise<void> {
  const { orgId, _id: id, fileName, counts } = found;
  const actor = { kind: "member", memberId } as const;
  const details = { fileName, new: counts.new, rejected: counts.rejected };
  await record(ctx, { orgId, actor, action, subject: { table: "suppressionImports", id }, details });
}
