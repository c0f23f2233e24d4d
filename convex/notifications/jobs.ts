import { v } from "convex/values";
import { internal } from "../_generated/api";
import { internalMutation } from "../lib/functions";
import { requireMemberOf } from "../orgs/model";
import { dueDigests, sendDigest } from "./model/digests";
import { tellOfDueTasks } from "./model/dueTasks";
import { pruneNotifications, readUntil } from "./model/store";

/** Cron, every minute: tells the holders of tasks that fell due. */
export const tellDueTasks = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await tellOfDueTasks(ctx, Date.now()))
      await ctx.scheduler.runAfter(0, internal.notifications.jobs.tellDueTasks, {});
    return null;
  },
});

/** Cron, every minute: one morning mail for each member whose clocks reached 08:00, in a transaction of its own. */
export const sendDigests = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    for (const settingsId of await dueDigests(ctx, Date.now())) {
      await ctx.scheduler.runAfter(0, internal.notifications.jobs.sendOneDigest, { settingsId });
    }
    return null;
  },
});

/** Queues a member's morning mail, where something is pending, and plans the next. */
export const sendOneDigest = internalMutation({
  args: { settingsId: v.id("notificationSettings") },
  returns: v.null(),
  handler: async (ctx, { settingsId }): Promise<null> => {
    await sendDigest(ctx, settingsId, Date.now());
    return null;
  },
});

/** The further batches of "mark all as read". */
export const readMore = internalMutation({
  args: { orgId: v.id("organisations"), memberId: v.id("members"), until: v.number() },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    const member = await requireMemberOf(ctx, args.orgId, args.memberId);
    if (await readUntil(ctx, member, args.until)) {
      await ctx.scheduler.runAfter(0, internal.notifications.jobs.readMore, args);
    }
    return null;
  },
});

/** Cron, daily: removes what is past its retention. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await pruneNotifications(ctx, Date.now()))
      await ctx.scheduler.runAfter(0, internal.notifications.jobs.prune, {});
    return null;
  },
});
