import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vQuietHours } from "../orgs/schema";
import { pushTables } from "./push/schema";
import { NOTIFICATION_CHANNELS, NOTIFICATION_KINDS } from "./sets";

export const vNotificationKind = literals(...NOTIFICATION_KINDS);
export type NotificationKind = Infer<typeof vNotificationKind>;

const vNotificationChannel = literals(...NOTIFICATION_CHANNELS);
export type NotificationChannel = Infer<typeof vNotificationChannel>;

/** What a press on it opens. */
export const vNotificationTarget = v.union(
  v.object({ kind: v.literal("thread"), threadId: v.id("threads") }),
  v.object({ kind: v.literal("task"), taskId: v.id("tasks") }),
  v.object({ kind: v.literal("alerts") }),
);
export type NotificationTarget = Infer<typeof vNotificationTarget>;

/** The ways a member chose for one kind; kinds without a choice have the default. */
export const vChoice = v.object({ kind: vNotificationKind, channels: v.array(vNotificationChannel) });
export type Choice = Infer<typeof vChoice>;

export const notificationTables = {
  ...pushTables,
  // What a member was told. Written by reactions and jobs of notifications; read by the bell; pruned after 60 days.
  // Names and words of customers are looked up when it is shown, so that an erasure reaches them here too.
  notifications: defineTable({
    orgId: v.id("organisations"),
    memberId: v.id("members"),
    kind: vNotificationKind,
    target: vNotificationTarget,
    /** One unread row a key: what happens again is counted on it. */
    key: v.string(),
    /** What has been counted, newest last: the same cause does not count twice. */
    causes: v.array(v.string()),
    /** How often since it was last read. */
    count: v.number(),
    /** The stage of a deadline, the severity of an alert. */
    detail: v.optional(v.string()),
    isRead: v.boolean(),
    /** UTC ms of the newest happening. */
    at: v.number(),
  })
    .index("by_member", ["orgId", "memberId", "at"])
    .index("by_member_read", ["orgId", "memberId", "isRead", "at"])
    .index("by_member_key", ["memberId", "key", "at"])
    .index("by_at", ["at"]),
  // What a member wants to be told and when. Written by the member; absent: the defaults.
  notificationSettings: defineTable({
    orgId: v.id("organisations"),
    memberId: v.id("members"),
    choices: v.array(vChoice),
    /** Own quiet hours in `timezone`: nothing but the list. */
    quietHours: v.optional(vQuietHours),
    /** IANA zone of the member. */
    timezone: v.string(),
    /** Pushes say what happened, but not who wrote and what. */
    isPushPrivate: v.optional(v.boolean()),
    /** The morning mail is wanted; UTC ms of the next one. */
    digestAt: v.optional(v.number()),
  })
    .index("by_member", ["orgId", "memberId"])
    .index("by_digest", ["digestAt"]),
  // Up to which due time the holders of tasks have been told. One row; written by the sweep.
  notificationSweeps: defineTable({ upTo: v.number() }),
};
