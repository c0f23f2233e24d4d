import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { vThreadFilter } from "../filters";
import { listViews } from "./model";

/** The views of everybody, of the caller's teams, and their own, each kind in its order. */
export const list = memberQuery("inbox.read")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("savedViews"),
      name: v.string(),
      isShared: v.boolean(),
      /** Only those of this team see it. */
      team: v.union(v.null(), v.object({ id: v.id("teams"), name: v.string() })),
      isOwn: v.boolean(),
      ownerName: v.string(),
      filter: vThreadFilter,
    }),
  ),
  handler: async (ctx) => await listViews(ctx, ctx),
});
