import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import { pruneBookingRows } from "./model";
import * as run from "./model/run";
import * as undo from "./model/undo";

/** Writes the next bookings of an import. */
export const applyBatch = internalMutation({
  args: { importId: v.id("bookingImports") },
  returns: v.null(),
  handler: async (ctx, { importId }): Promise<null> => {
    await run.applyBatch(ctx, importId);
    return null;
  },
});

/** Takes back the next bookings of an import. */
export const undoBatch = internalMutation({
  args: { importId: v.id("bookingImports") },
  returns: v.null(),
  handler: async (ctx, { importId }): Promise<null> => {
    await undo.undoBatch(ctx, importId);
    return null;
  },
});

/** Removes the rows of an import, batch after batch. */
export const pruneRows = internalMutation({
  args: { importId: v.id("bookingImports") },
  returns: v.null(),
  handler: async (ctx, { importId }): Promise<null> => {
    if (await pruneBookingRows(ctx, importId)) {
      await ctx.scheduler.runAfter(0, internal.bookings.imports.jobs.pruneRows, { importId });
    }
    return null;
  },
});
