import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import * as model from "./model";
import { vBookingLine, vReadOptions } from "./schema";

/** Begins the dry run of a file; the same `clientId` again is the same one. Throws `invalid` with the field. */
export const start = memberMutation("bookings.edit")({
  args: { fileName: v.string(), clientId: v.string(), options: vReadOptions, startsJourneys: v.boolean() },
  returns: v.id("bookingImports"),
  handler: async (ctx, asked) =>
    await model.startBookingImport(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, ...asked }),
});

/** Adds bookings to a dry run, each with all its rows; the same one again changes nothing. */
export const stage = memberMutation("bookings.edit")({
  args: { importId: v.id("bookingImports"), bookings: v.array(v.array(vBookingLine)) },
  returns: v.null(),
  handler: async (ctx, { importId, bookings }) => {
    await model.stageBookings(ctx, await model.requireBookingImport(ctx, ctx.orgId, importId), bookings);
    return null;
  },
});

/** All bookings are there: the dry run can be looked at. */
export const finishReading = memberMutation("bookings.edit")({
  args: { importId: v.id("bookingImports") },
  returns: v.null(),
  handler: async (ctx, { importId }) => {
    await model.finishReading(ctx, await model.requireBookingImport(ctx, ctx.orgId, importId));
    return null;
  },
});

/** Writes what the dry run showed. */
export const apply = memberMutation("bookings.edit")({
  args: { importId: v.id("bookingImports") },
  returns: v.null(),
  handler: async (ctx, { importId }) => {
    const found = await model.requireBookingImport(ctx, ctx.orgId, importId);
    await model.applyBookingImport(ctx, found, ctx.member._id);
    return null;
  },
});

/** Takes back what an import wrote; what somebody changed since stays. */
export const undo = memberMutation("bookings.edit")({
  args: { importId: v.id("bookingImports") },
  returns: v.null(),
  handler: async (ctx, { importId }) => {
    const found = await model.requireBookingImport(ctx, ctx.orgId, importId);
    await model.undoBookingImport(ctx, found, ctx.member._id);
    return null;
  },
});

/** Throws a dry run away. */
export const discard = memberMutation("bookings.edit")({
  args: { importId: v.id("bookingImports") },
  returns: v.null(),
  handler: async (ctx, { importId }) => {
    await model.discardBookingImport(ctx, await model.requireBookingImport(ctx, ctx.orgId, importId));
    return null;
  },
});
