import type { PaginationOptions } from "convex/server";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction } from "../../audit/actions";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { IMPORT_ROWS_KEPT_MS, importName, requireImportState, tooOldToUndo } from "../../lib/imports";
import { requireOrg } from "../../orgs/model";
import { countryOfLocale } from "../addresses";
import { readOrders } from "../orders/rules";
import { countOrders, MAX_CONTACTS_AT_ONCE, MAX_ORDERS_AT_ONCE, withinOrders } from "./batches";
import { deleteRow } from "./model/rows";
import { planOf, type Plan } from "./model/plan";
import { readContactRow } from "./rowRules";
import type { ContactVerdict, WrittenContact } from "./schema";

/** Lines removed in one go. */
const PRUNE_BATCH = 400;
/** More attributes on one line than this are a file read with the wrong delimiter. */
const MAX_ATTRIBUTES = 50;

type Import = Doc<"contactImports">;

/** The import, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireContactImport(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  importId: Id<"contactImports">,
): Promise<Import> {
  const found = await ctx.db.get("contactImports", importId);
  if (found === null || found.orgId !== orgId) throw appError("not_found", "This import does not exist.");
  return found;
}

/** Imports, newest first. */
export async function listContactImports(ctx: QueryCtx, orgId: Id<"organisations">, paginationOpts: PaginationOptions) {
  return await ctx.db
    .query("contactImports")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .order("desc")
    .paginate(paginationOpts);
}

/** Lines with one verdict of the dry run, in the order of the file. */
export async function listContactRows(
  ctx: QueryCtx,
  importId: Id<"contactImports">,
  { verdict, paginationOpts }: { verdict: ContactVerdict; paginationOpts: PaginationOptions },
) {
  return await ctx.db
    .query("contactImportRows")
    .withIndex("by_verdict", (q) => q.eq("importId", importId).eq("verdict", verdict))
    .paginate(paginationOpts);
}

/** Lines that could not be used when they were applied, though the dry run thought so. */
export async function listFailedRows(ctx: QueryCtx, importId: Id<"contactImports">, paginationOpts: PaginationOptions) {
  return await ctx.db
    .query("contactImportRows")
    .withIndex("by_outcome", (q) => q.eq("importId", importId).eq("outcome", "failed"))
    .paginate(paginationOpts);
}

/** Begins a dry run: lines follow, and no contact is touched yet. The same `clientId` again begins no second one. */
export async function startContactImport(
  ctx: MutationCtx,
  asked: { orgId: Id<"organisations">; memberId: Id<"members">; fileName: string; clientId: string },
): Promise<Id<"contactImports">> {
  const { orgId, memberId, fileName, clientId } = asked;
  const known = await ctx.db
    .query("contactImports")
    .withIndex("by_client", (q) => q.eq("createdBy", memberId).eq("clientId", clientId))
    .first();
  if (known !== null) return known._id;
  return await ctx.db.insert("contactImports", {
    orgId,
    fileName: importName(fileName),
    createdBy: memberId,
    clientId,
    state: "reading",
    planned: { create: 0, update: 0, unchanged: 0, repeated: 0, rejected: 0 },
    result: { created: 0, updated: 0, skipped: 0, failed: 0, undone: 0, kept: 0 },
  });
}

/**
 * Keeps lines of the file and says what would become of each. A line that came already is left as it is: a browser may
 * send a part twice. National numbers are read in `country`, else in the organisation's. Throws `invalid` for too many
 * at once and `conflict` once the file was closed.
 */
export async function stageContactRows(
  ctx: MutationCtx,
  found: Import,
  { rows, country }: { rows: readonly { line: number; written: WrittenContact }[]; country?: string },
): Promise<void> {
  requireImportState(found, "reading");
  if (rows.length > MAX_CONTACTS_AT_ONCE) {
    throw appError("invalid", `Send at most ${MAX_CONTACTS_AT_ONCE} lines at once.`, { field: "rows" });
  }
  if (rows.reduce((sum, { written }) => sum + countOrders(written), 0) > MAX_ORDERS_AT_ONCE) {
    throw appError("invalid", `Send lines with at most ${MAX_ORDERS_AT_ONCE} orders at once.`, { field: "rows" });
  }
  const readIn = country ?? countryOfLocale((await requireOrg(ctx, found.orgId)).locale);
  const planned = { ...found.planned };
  for (const { line, written } of rows) {
    if (Object.keys(written.attributes).length > MAX_ATTRIBUTES) {
      throw appError("invalid", `A contact has at most ${MAX_ATTRIBUTES} attributes.`, { field: "rows" });
    }
    const existing = await ctx.db
      .query("contactImportRows")
      .withIndex("by_line", (q) => q.eq("importId", found._id).eq("line", line))
      .first();
    if (existing !== null) continue;
    planned[await stageRow(ctx, found, { line, written }, readIn)] += 1;
  }
  await ctx.db.patch("contactImports", found._id, { planned });
}

async function stageRow(
  ctx: MutationCtx,
  found: Import,
  { line, written }: { line: number; written: WrittenContact },
  country: string | undefined,
): Promise<ContactVerdict> {
  const read = readContactRow(written, country);
  const ordered = readOrders(written);
  const plan = await planOfLine(ctx, found, read, ordered);
  const { verdict } = plan;
  // A line that is not used says nothing about the ones after it.
  const row = verdict !== "rejected" && read.ok ? read.row : undefined;
  const orders = verdict !== "rejected" && ordered.ok ? ordered.orders : [];
  const rowId = await ctx.db.insert("contactImportRows", {
    orgId: found.orgId,
    importId: found._id,
    line,
    written,
    email: row?.email,
    phone: row?.phone,
    whatsapp: row?.whatsapp,
    ...plan,
    isPending: verdict === "create" || verdict === "update",
  });
  for (const { key } of orders) {
    await ctx.db.insert("contactImportOrders", { orgId: found.orgId, importId: found._id, key, rowId });
  }
  return verdict;
}

async function planOfLine(
  ctx: MutationCtx,
  found: Import,
  read: ReturnType<typeof readContactRow>,
  ordered: ReturnType<typeof readOrders>,
): Promise<Plan> {
  if (!read.ok) return { verdict: "rejected", problem: read.problem };
  if (!ordered.ok) return { verdict: "rejected", problem: ordered.problem, about: ordered.about };
  return await planOf(ctx, found, read.row, ordered.orders);
}

/** Closes the file: the dry run is complete. */
export async function finishReading(ctx: MutationCtx, found: Import): Promise<void> {
  requireImportState(found, "reading");
  await ctx.db.patch("contactImports", found._id, { state: "checked" });
}

/** Writes what the dry run showed, batch by batch. */
export async function applyContactImport(ctx: MutationCtx, found: Import, memberId: Id<"members">): Promise<void> {
  requireImportState(found, "checked");
  const { unchanged, repeated, rejected } = found.planned;
  const result = { ...found.result, skipped: unchanged + repeated, failed: rejected };
  await ctx.db.patch("contactImports", found._id, { state: "applying", result });
  await note(ctx, found, memberId, "contacts.imported");
  await ctx.scheduler.runAfter(0, internal.contacts.imports.jobs.applyBatch, { importId: found._id });
  await ctx.scheduler.runAfter(IMPORT_ROWS_KEPT_MS, internal.contacts.imports.jobs.pruneRows, { importId: found._id });
}

/** Takes back exactly what the import wrote. Throws `conflict` unless it was applied in the last 30 days. */
export async function undoContactImport(ctx: MutationCtx, found: Import, memberId: Id<"members">): Promise<void> {
  requireImportState(found, "applied");
  const first = await ctx.db
    .query("contactImportRows")
    .withIndex("by_line", (q) => q.eq("importId", found._id))
    .first();
  if (first === null) throw tooOldToUndo();
  await ctx.db.patch("contactImports", found._id, { state: "undoing" });
  await note(ctx, found, memberId, "contacts.import_undone");
  await ctx.scheduler.runAfter(0, internal.contacts.imports.jobs.undoBatch, { importId: found._id });
}

/** Throws a dry run away. */
export async function discardContactImport(ctx: MutationCtx, found: Import): Promise<void> {
  if (found.state !== "reading" && found.state !== "checked") {
    throw appError("conflict", "This import was applied already; undo it instead.");
  }
  await ctx.db.delete("contactImports", found._id);
  await ctx.scheduler.runAfter(0, internal.contacts.imports.jobs.pruneRows, { importId: found._id });
}

/** Removes one batch of an import's lines; true when there may be more. */
export async function pruneContactRows(ctx: MutationCtx, importId: Id<"contactImports">): Promise<boolean> {
  const rows = await ctx.db
    .query("contactImportRows")
    .withIndex("by_line", (q) => q.eq("importId", importId))
    .take(PRUNE_BATCH);
  const batch = withinOrders(rows, ({ written }) => countOrders(written));
  for (const { _id } of batch) await deleteRow(ctx, _id);
  return rows.length === PRUNE_BATCH || batch.length < rows.length;
}

async function note(ctx: MutationCtx, found: Import, memberId: Id<"members">, action: AuditAction): Promise<void> {
  const { orgId, _id: id, fileName, planned } = found;
  const details = { fileName, create: planned.create, update: planned.update, rejected: planned.rejected };
  const actor = { kind: "member", memberId } as const;
  await record(ctx, { orgId, actor, action, subject: { table: "contactImports", id }, details });
}
