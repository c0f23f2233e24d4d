import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import type { Doc } from "../../_generated/dataModel";
import { memberQuery } from "../../lib/functions";
import { vImportState } from "../../lib/imports";
import { listContactImports, listContactRows, listFailedRows, requireContactImport } from "./model";
import { vContactVerdict, vImportResult, vPlannedCounts, vWrittenContact } from "./schema";

const vImport = v.object({
  id: v.id("contactImports"),
  fileName: v.string(),
  state: vImportState,
  planned: vPlannedCounts,
  result: vImportResult,
  createdAt: v.number(),
});

const vRow = v.object({
  line: v.number(),
  written: vWrittenContact,
  problem: v.optional(v.string()),
  about: v.optional(v.string()),
});

/** Imports of contacts, newest first. */
export const list = memberQuery("contacts.read")({
  args: { paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vImport),
  handler: async (ctx, { paginationOpts }) => {
    const result = await listContactImports(ctx, ctx.orgId, paginationOpts);
    return { ...result, page: result.page.map(presentImport) };
  },
});

/** One import as it stands; its `result` grows while it runs. */
export const get = memberQuery("contacts.read")({
  args: { importId: v.id("contactImports") },
  returns: vImport,
  handler: async (ctx, { importId }) => presentImport(await requireContactImport(ctx, ctx.orgId, importId)),
});

/** Lines with one verdict of the dry run, in the order of the file. */
export const rows = memberQuery("contacts.read")({
  args: { importId: v.id("contactImports"), verdict: vContactVerdict, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vRow),
  handler: async (ctx, { importId, verdict, paginationOpts }) => {
    await requireContactImport(ctx, ctx.orgId, importId);
    const result = await listContactRows(ctx, importId, { verdict, paginationOpts });
    return { ...result, page: result.page.map(presentRow) };
  },
});

/** Lines that failed when they were applied, though the dry run thought them usable. */
export const failedRows = memberQuery("contacts.read")({
  args: { importId: v.id("contactImports"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vRow),
  handler: async (ctx, { importId, paginationOpts }) => {
    await requireContactImport(ctx, ctx.orgId, importId);
    const result = await listFailedRows(ctx, importId, paginationOpts);
    return { ...result, page: result.page.map(presentRow) };
  },
});

function presentImport({ _id, _creationTime, fileName, state, planned, result }: Doc<"contactImports">) {
  return { id: _id, fileName, state, planned, result, createdAt: _creationTime };
}

function presentRow({ line, written, problem, about }: Doc<"contactImportRows">) {
  return { line, written, problem, about };
}
