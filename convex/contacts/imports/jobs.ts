import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import { pruneContactRows } from "./model";
import * as run from "./model/run";

/** Writes the next lines of an import. */
export const applyBatch = internalMutation({
  args: { importId: v.id("contactImports") },
  returns: v.null(),
  handler: async (ctx, { importId }): Promise<null> => {
    await run.applyBatch(ctx, importId);
    return null;
  },
});

/** Takes back the next lines of an import. */
export const undoBatch = internalMutation({
  args: { importId: v.id("contactImports") },
  returns: v.null(),
  handler: async (ctx, { importId }): Promise<null> => {
    await run.undoBatch(ctx, importId);
    return null;
  },
});

/** Removes the lines of an import, batch after batch. */
export const pruneRows = internalMutation({
  args: { importId: v.id("contactImports") },
  returns: v.null(),
  handler: async (ctx, { importId }): Promise<null> => {
    if (await pruneContactRows(ctx, importId)) {
      await ctx.scheduler.runAfter(0, internal.contacts.imports.jobs.pruneRows, { importId });
    }
    return null;
  },
});
