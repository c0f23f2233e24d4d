import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { vThreadFilter } from "../filters";
import { changeView, placeView, removeView, saveView } from "./model";

/** Keeps a filter under a name, for oneself, for a team one is in, or for everybody. */
export const save = memberMutation("inbox.read")({
  args: { name: v.string(), isShared: v.boolean(), teamId: v.optional(v.id("teams")), filter: vThreadFilter },
  returns: v.id("savedViews"),
  handler: async (ctx, view) => await saveView(ctx, ctx, view),
});

/** Renames one's own view, shares it (`teamId` null: with everybody) or takes it back. */
export const change = memberMutation("inbox.read")({
  args: {
    viewId: v.id("savedViews"),
    name: v.optional(v.string()),
    isShared: v.optional(v.boolean()),
    teamId: v.optional(v.union(v.id("teams"), v.null())),
  },
  returns: v.null(),
  handler: async (ctx, { viewId, ...fields }): Promise<null> => {
    await changeView(ctx, ctx, viewId, fields);
    return null;
  },
});

/** Puts one's own view before another of those it stands among; null: at their end. */
export const place = memberMutation("inbox.read")({
  args: { viewId: v.id("savedViews"), beforeId: v.union(v.id("savedViews"), v.null()) },
  returns: v.null(),
  handler: async (ctx, { viewId, beforeId }): Promise<null> => {
    await placeView(ctx, ctx, viewId, beforeId);
    return null;
  },
});

/** Removes one's own view; the conversations stay. */
export const remove = memberMutation("inbox.read")({
  args: { viewId: v.id("savedViews") },
  returns: v.null(),
  handler: async (ctx, { viewId }): Promise<null> => {
    await removeView(ctx, ctx, viewId);
    return null;
  },
});
