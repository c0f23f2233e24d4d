import { v } from "convex/values";
import { internal } from "../_generated/api";
import { requireThread } from "../inbox/model/rows";
import { memberMutation } from "../lib/functions";
import { saveSettings, vSettings } from "./model/settings";
import { readThreadNews, readUntil, setRead } from "./model/store";

/** Marks one of the caller's notifications as read or unread. Throws `not_found` for another one's. */
export const mark = memberMutation("inbox.read")({
  args: { notificationId: v.id("notifications"), isRead: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { notificationId, isRead }) => {
    await setRead(ctx, ctx.member, notificationId, isRead);
    return null;
  },
});

/** The caller looks at a conversation: what leads there is read. */
export const markThread = memberMutation("inbox.read")({
  args: { threadId: v.id("threads") },
  returns: v.null(),
  handler: async (ctx, { threadId }) => {
    await requireThread(ctx, ctx.orgId, threadId);
    await readThreadNews(ctx, ctx.member, threadId);
    return null;
  },
});

/** Marks everything up to now as read, batch after batch. */
export const markAll = memberMutation("inbox.read")({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const until = Date.now();
    const { _id: memberId } = ctx.member;
    if (await readUntil(ctx, ctx.member, until)) {
      await ctx.scheduler.runAfter(0, internal.notifications.jobs.readMore, { orgId: ctx.orgId, memberId, until });
    }
    return null;
  },
});

/** Keeps what the caller wants to be told. Throws `invalid` with the field. */
export const saveMySettings = memberMutation("inbox.read")({
  args: vSettings.fields,
  returns: v.null(),
  handler: async (ctx, settings) => {
    await saveSettings(ctx, ctx.member, settings, Date.now());
    return null;
  },
});
