import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { vThreadFilter } from "../filters";
import { listViews } from "./model";

/** The caller's own views and those shared with everybody, in their order. */
export const list = memberQuery("inbox.read")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("savedViews"),
      name: v.string(),
      isShared: v.boolean(),
      isOwn: v.boolean(),
      ownerName: v.string(),
      filter: vThreadFilter,
    }),
  ),
  handler: async (ctx) => await listViews(ctx, ctx),
});
