import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { vThreadFilter } from "../filters";
import { changeView, moveView, removeView, saveView } from "./model";

/** Keeps a filter under a name, for oneself or for everybody. */
export const save = memberMutation("inbox.read")({
  args: { name: v.string(), isShared: v.boolean(), filter: vThreadFilter },
  returns: v.id("savedViews"),
  handler: async (ctx, view) => await saveView(ctx, ctx, view),
});

/** Renames one's own view, shares it or takes it back. */
export const change = memberMutation("inbox.read")({
  args: { viewId: v.id("savedViews"), name: v.optional(v.string()), isShared: v.optional(v.boolean()) },
  returns: v.null(),
  handler: async (ctx, { viewId, ...fields }): Promise<null> => {
    await changeView(ctx, ctx, viewId, fields);
    return null;
  },
});

/** Moves one's own view up (-1) or down (1) among its neighbours. */
export const move = memberMutation("inbox.read")({
  args: { viewId: v.id("savedViews"), direction: literals(-1, 1) },
  returns: v.null(),
  handler: async (ctx, { viewId, direction }): Promise<null> => {
    await moveView(ctx, ctx, viewId, direction);
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
