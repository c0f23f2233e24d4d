import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { vChannel, vPurpose } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { listSuppressions } from "./model";
import { listImports, listRows, requireImport } from "./model/imports";
import { presentImport, presentSuppression, vImport, vSuppression } from "./model/present";
import { vRowVerdict, vSuppressionReason } from "./schema";

/** Addresses that must not be written to, newest first; with `text` those whose address matches. */
export const list = memberQuery("contacts.read")({
  args: {
    text: v.optional(v.string()),
    reason: v.optional(vSuppressionReason),
    paginationOpts: paginationOptsValidator,
  },
  returns: paginationResultValidator(vSuppression),
  handler: async (ctx, args) => {
    const result = await listSuppressions(ctx, ctx.orgId, args);
    return { ...result, page: await Promise.all(result.page.map((row) => presentSuppression(ctx, row))) };
  },
});

/** Imports, newest first. */
export const imports = memberQuery("contacts.read")({
  args: { paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vImport),
  handler: async (ctx, { paginationOpts }) => {
    const result = await listImports(ctx, ctx.orgId, paginationOpts);
    return { ...result, page: await Promise.all(result.page.map((row) => presentImport(ctx, row))) };
  },
});

/** One import as it stands. */
export const getImport = memberQuery("contacts.read")({
  args: { importId: v.id("suppressionImports") },
  returns: vImport,
  handler: async (ctx, { importId }) => await presentImport(ctx, await requireImport(ctx, ctx.orgId, importId)),
});

/** Lines of an import with one verdict, in the order of the file. */
export const importRows = memberQuery("contacts.read")({
  args: { importId: v.id("suppressionImports"), verdict: vRowVerdict, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(
    v.object({
      line: v.number(),
      written: v.object({
        channel: v.string(),
        address: v.string(),
        purpose: v.string(),
        topic: v.string(),
        reason: v.string(),
        note: v.string(),
      }),
      channel: v.optional(vChannel),
      address: v.optional(v.string()),
      purpose: v.optional(vPurpose),
      topic: v.optional(v.string()),
      reason: v.optional(vSuppressionReason),
      problem: v.optional(v.string()),
    }),
  ),
  handler: async (ctx, { importId, verdict, paginationOpts }) => {
    await requireImport(ctx, ctx.orgId, importId);
    const result = await listRows(ctx, importId, { verdict, paginationOpts });
    const page = result.page.map(({ line, written, channel, address, purpose, topic, reason, problem }) => ({
      line,
      written,
      channel,
      address,
      purpose,
      topic,
      reason,
      problem,
    }));
    return { ...result, page };
  },
});
