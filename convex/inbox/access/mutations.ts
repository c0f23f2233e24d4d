import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { vRole } from "../../lib/permissions";
import { vThreadScope } from "../../lib/threadScope";
import * as model from "./model";

/** Gives a member another role. */
export const setRole = memberMutation("members.manage")({
  args: { memberId: v.id("members"), role: vRole },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    await model.setRole(ctx, ctx, args);
    return null;
  },
});

/** Narrows what a member sees to the conversations of some channels and teams; null: all again. */
export const setScope = memberMutation("members.manage")({
  args: { memberId: v.id("members"), scope: v.union(vThreadScope, v.null()) },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    await model.setScope(ctx, ctx, args);
    return null;
  },
});
