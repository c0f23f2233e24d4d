import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import * as imports from "./model/imports";

/** Writes the next lines of an import. */
export const applyBatch = internalMutation({
  args: { importId: v.id("suppressionImports") },
  returns: v.null(),
  handler: async (ctx, { importId }): Promise<null> => {
    await imports.applyBatch(ctx, importId);
    return null;
  },
});

/** Lifts the next suppressions of an import. */
export const undoBatch = internalMutation({
  args: { importId: v.id("suppressionImports") },
  returns: v.null(),
  handler: async (ctx, { importId }): Promise<null> => {
    await imports.undoBatch(ctx, importId);
    return null;
  },
});

/** Removes the lines of an import, batch after batch. */
export const pruneRows = internalMutation({
  args: { importId: v.id("suppressionImports") },
  returns: v.null(),
  handler: async (ctx, { importId }): Promise<null> => {
    if (await imports.pruneRows(ctx, importId)) {
      await ctx.scheduler.runAfter(0, internal.contacts.suppressions.jobs.pruneRows, { importId });
    }
    return null;
  },
});
