import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import * as model from "./model";
import { vWrittenContact } from "./schema";

/** Begins the dry run of a file; the same `clientId` again is the same one. */
export const start = memberMutation("consent.manage")({
  args: { fileName: v.string(), clientId: v.string() },
  returns: v.id("contactImports"),
  handler: async (ctx, { fileName, clientId }) =>
    await model.startContactImport(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, fileName, clientId }),
});

/** Adds lines to a dry run; the same line again changes nothing. `country`: ISO 3166, reads national numbers. */
export const stageRows = memberMutation("consent.manage")({
  args: {
    importId: v.id("contactImports"),
    country: v.optional(v.string()),
    rows: v.array(v.object({ line: v.number(), written: vWrittenContact })),
  },
  returns: v.null(),
  handler: async (ctx, { importId, country, rows }) => {
    await model.stageContactRows(ctx, await model.requireContactImport(ctx, ctx.orgId, importId), { rows, country });
    return null;
  },
});

/** All lines are there: the dry run can be looked at. */
export const finishReading = memberMutation("consent.manage")({
  args: { importId: v.id("contactImports") },
  returns: v.null(),
  handler: async (ctx, { importId }) => {
    await model.finishReading(ctx, await model.requireContactImport(ctx, ctx.orgId, importId));
    return null;
  },
});

/** Writes what the dry run showed. */
export const apply = memberMutation("consent.manage")({
  args: { importId: v.id("contactImports") },
  returns: v.null(),
  handler: async (ctx, { importId }) => {
    const found = await model.requireContactImport(ctx, ctx.orgId, importId);
    await model.applyContactImport(ctx, found, ctx.member._id);
    return null;
  },
});

/** Takes back exactly what an import wrote. */
export const undo = memberMutation("consent.manage")({
  args: { importId: v.id("contactImports") },
  returns: v.null(),
  handler: async (ctx, { importId }) => {
    const found = await model.requireContactImport(ctx, ctx.orgId, importId);
    await model.undoContactImport(ctx, found, ctx.member._id);
    return null;
  },
});

/** Throws a dry run away. */
export const discard = memberMutation("consent.manage")({
  args: { importId: v.id("contactImports") },
  returns: v.null(),
  handler: async (ctx, { importId }) => {
    await model.discardContactImport(ctx, await model.requireContactImport(ctx, ctx.orgId, importId));
    return null;
  },
});
