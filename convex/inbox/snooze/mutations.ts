import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { endSnooze, snoozeThread } from "./model";

/** Puts a thread off until an instant (UTC ms), or until the customer writes (null). */
export const snooze = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), until: v.union(v.number(), v.null()) },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    await snoozeThread(ctx, { ...args, orgId: ctx.orgId, member: ctx.member });
    return null;
  },
});

/** Brings a snoozed thread back now. */
export const unsnooze = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads") },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    await endSnooze(ctx, { ...args, orgId: ctx.orgId, member: ctx.member });
    return null;
  },
});
