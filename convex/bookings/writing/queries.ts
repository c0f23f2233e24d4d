import { v } from "convex/values";
import { ownThread, requireThread } from "../../inbox/model/rows";
import { internalQuery, memberQuery } from "../../lib/functions";
import { requireMemberOf, requireOrg } from "../../orgs/model";
import { valuesForWriting } from "./model";

/** What the variables of templates stand for in a conversation. */
export const values = memberQuery("inbox.reply")({
  args: { threadId: v.id("threads") },
  returns: v.record(v.string(), v.string()),
  handler: async (ctx, { threadId }) => await valuesForWriting(ctx, ctx, await requireThread(ctx, ctx.orgId, threadId)),
});

/** The same for what a member lets the server write, in a conversation that was opened to them. */
export const valuesFor = internalQuery({
  args: { orgId: v.id("organisations"), memberId: v.id("members"), threadId: v.id("threads") },
  returns: v.record(v.string(), v.string()),
  handler: async (ctx, { orgId, memberId, threadId }) => {
    const [org, member] = [await requireOrg(ctx, orgId), await requireMemberOf(ctx, orgId, memberId)];
    return await valuesForWriting(ctx, { org, member }, await ownThread(ctx, orgId, threadId));
  },
});
