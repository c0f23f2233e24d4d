import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { vPurpose } from "../../lib/closedSets";
import { memberMutation } from "../../lib/functions";
import { vAddressChannel } from "../schema";
import { requireSuppression, restoreSuppression } from "./model";
import { addByMember, liftByMember } from "./model/byMember";
import * as model from "./model/imports";
import { MANUAL_REASONS } from "./reasons";

/** Stops writing to an address. `isNew` is false when it was stopped already. */
export const add = memberMutation("contacts.edit")({
  args: {
    channel: vAddressChannel,
    address: v.string(),
    purpose: v.optional(vPurpose),
    topic: v.optional(v.string()),
    reason: literals(...MANUAL_REASONS),
    note: v.optional(v.string()),
  },
  returns: v.object({ suppressionId: v.id("suppressions"), isNew: v.boolean() }),
  handler: async (ctx, entry) => await addByMember(ctx, ctx.member, entry),
});

/** Lifts a suppression. What the person asked for needs `consent.manage` and the address typed once more. */
export const lift = memberMutation("contacts.edit")({
  args: { suppressionId: v.id("suppressions"), reason: v.string(), confirmedAddress: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { suppressionId, ...why }) => {
    await liftByMember(ctx, ctx.member, await requireSuppression(ctx, ctx.orgId, suppressionId), why);
    return null;
  },
});

/** Puts a lifted suppression back into force. */
export const restore = memberMutation("contacts.edit")({
  args: { suppressionId: v.id("suppressions") },
  returns: v.null(),
  handler: async (ctx, { suppressionId }) => {
    const row = await requireSuppression(ctx, ctx.orgId, suppressionId);
    await restoreSuppression(ctx, row, { kind: "member", memberId: ctx.member._id });
    return null;
  },
});

/** Begins the dry run of a file. */
export const startImport = memberMutation("consent.manage")({
  args: { fileName: v.string() },
  returns: v.id("suppressionImports"),
  handler: async (ctx, { fileName }) =>
    await model.startImport(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, fileName }),
});

const vWritten = v.object({
  channel: v.string(),
  address: v.string(),
  purpose: v.string(),
  topic: v.string(),
  reason: v.string(),
  note: v.string(),
});

/** Adds lines to a dry run; the same line again changes nothing. */
export const stageRows = memberMutation("consent.manage")({
  args: {
    importId: v.id("suppressionImports"),
    rows: v.array(v.object({ line: v.number(), written: vWritten })),
  },
  returns: v.null(),
  handler: async (ctx, { importId, rows }) => {
    await model.stageRows(ctx, await model.requireImport(ctx, ctx.orgId, importId), rows);
    return null;
  },
});

/** All lines are there: the dry run can be looked at. */
export const finishReading = memberMutation("consent.manage")({
  args: { importId: v.id("suppressionImports") },
  returns: v.null(),
  handler: async (ctx, { importId }) => {
    await model.finishReading(ctx, await model.requireImport(ctx, ctx.orgId, importId));
    return null;
  },
});

/** Writes what the dry run showed. */
export const applyImport = memberMutation("consent.manage")({
  args: { importId: v.id("suppressionImports") },
  returns: v.null(),
  handler: async (ctx, { importId }) => {
    await model.applyImport(ctx, await model.requireImport(ctx, ctx.orgId, importId), ctx.member._id);
    return null;
  },
});

/** Takes back exactly what an import wrote. */
export const undoImport = memberMutation("consent.manage")({
  args: { importId: v.id("suppressionImports") },
  returns: v.null(),
  handler: async (ctx, { importId }) => {
    await model.undoImport(ctx, await model.requireImport(ctx, ctx.orgId, importId), ctx.member._id);
    return null;
  },
});

/** Throws a dry run away. */
export const discardImport = memberMutation("consent.manage")({
  args: { importId: v.id("suppressionImports") },
  returns: v.null(),
  handler: async (ctx, { importId }) => {
    await model.discardImport(ctx, await model.requireImport(ctx, ctx.orgId, importId));
    return null;
  },
});
