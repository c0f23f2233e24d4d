import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import { requireMemberOf } from "../../orgs/model";
import { findThread } from "../model/rows";
import { leaveUnused } from "./model/unused";

/** A while after a conversation was begun to answer another one: it goes if the page that left it could not say so. */
export const dropUnused = internalMutation({
  args: { orgId: v.id("organisations"), memberId: v.id("members"), threadId: v.id("threads") },
  returns: v.null(),
  handler: async (ctx, { orgId, memberId, threadId }): Promise<null> => {
    const thread = await findThread(ctx, orgId, threadId);
    if (thread !== null) await leaveUnused(ctx, { orgId, member: await requireMemberOf(ctx, orgId, memberId) }, thread);
    return null;
  },
});
