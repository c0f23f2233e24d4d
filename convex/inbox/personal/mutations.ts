import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { requireThread } from "../model/rows";
import { setPersonal } from "./model";

/** Says what a thread is to the caller alone: star, follow, mute, archived for oneself, unread. Absent ones stay. */
export const set = memberMutation("inbox.read")({
  args: {
    threadId: v.id("threads"),
    isStarred: v.optional(v.boolean()),
    isFollowing: v.optional(v.boolean()),
    isMuted: v.optional(v.boolean()),
    isArchived: v.optional(v.boolean()),
    isUnread: v.optional(v.boolean()),
  },
  returns: v.null(),
  handler: async (ctx, { threadId, ...change }): Promise<null> => {
    await setPersonal(ctx, await requireThread(ctx, ctx.orgId, threadId), ctx.member._id, change);
    return null;
  },
});
