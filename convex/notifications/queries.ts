import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../lib/functions";
import { settingsOf, vSettings } from "./model/settings";
import { listNotifications, unreadNotifications, vNotification } from "./model/store";

/** As many as the desktop can be told of at once. */
const NEWEST = 5;

/** A page of what the caller was told, newest first. */
export const list = memberQuery("inbox.read")({
  args: { paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vNotification),
  handler: async (ctx, { paginationOpts }) => await listNotifications(ctx, ctx.member, paginationOpts),
});

/** How many are unread (at most 100 are counted), and the newest of them. */
export const unread = memberQuery("inbox.read")({
  args: {},
  returns: v.object({ count: v.number(), newest: v.array(vNotification) }),
  handler: async (ctx) => await unreadNotifications(ctx, ctx.member, NEWEST),
});

/** What the caller wants to be told, and how. */
export const settings = memberQuery("inbox.read")({
  args: {},
  returns: vSettings,
  handler: async (ctx) => await settingsOf(ctx, ctx.member),
});
