import type { PaginationOptions } from "convex/server";
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { requireContact } from "../../contacts/model";
import { requireThread } from "../../inbox/model/rows";
import { appError } from "../../lib/errors";
import { mayOpenThreadId } from "../../lib/threadAccess";
import { DAY_MS } from "../../lib/time";
import { requireTask } from "../../tasks/model";
import { maySeeTask } from "../../tasks/sight/model";
import { channelsFor, isPushed } from "../preferences";
import { devicesOf } from "../push/model/devices";
import {
  vNotificationKind,
  vNotificationTarget,
  type Choice,
  type NotificationKind,
  type NotificationTarget,
} from "../schema";
import { settingsOf } from "./settings";

/** The bell says "99+" above. */
export const MAX_COUNTED = 100;
/** Causes kept on a row: more than any burst that a retry could fall into. */
const MAX_CAUSES = 20;
const RETENTION_MS = 60 * DAY_MS;
const BATCH = 200;

/** A notification as the bell shows it. */
export const vNotification = v.object({
  id: v.id("notifications"),
  kind: vNotificationKind,
  target: vNotificationTarget,
  /** Subject of the conversation, title of the task; empty for alerts. */
  title: v.string(),
  /** The customer's name; empty where there is none. */
  who: v.string(),
  /** The newest words of the conversation. */
  text: v.string(),
  detail: v.optional(v.string()),
  count: v.number(),
  isRead: v.boolean(),
  at: v.number(),
});

export type News = {
  kind: NotificationKind;
  target: NotificationTarget;
  /** What belongs together: counted on one row until it is read. */
  key: string;
  /** What made it: the same cause tells once. */
  cause: string;
  detail?: string;
};

/**
 * Tells a member of something, if the member is active, wants that kind and may open what it is about. The same cause tells once, also after it was
 * read; another cause under the same key is counted on the unread row.
 */
export async function tell(ctx: MutationCtx, member: Doc<"members">, news: News, at: number): Promise<void> {
  const { orgId, _id: memberId } = member;
  const { cause, ...fields } = news;
  const { choices } = await settingsOf(ctx, member);
  if (member.status !== "active" || channelsFor(choices, news.kind).length === 0) return;
  if (!(await mayKnow(ctx, member, news.target))) return;
  const known = await ctx.db
    .query("notifications")
    .withIndex("by_member_key", (q) => q.eq("memberId", memberId).eq("key", news.key))
    .order("desc")
    .first();
  if (known?.causes.includes(cause) === true) return;
  if (known === null || known.isRead) {
    const notificationId = await ctx.db.insert("notifications", {
      ...fields,
      orgId,
      memberId,
      causes: [...(known?.causes ?? []), cause].slice(-MAX_CAUSES),
      count: 1,
      isRead: false,
      at,
    });
    await orderPush(ctx, member, choices, { ...news, notificationId, at });
    return;
  }
  const causes = [...known.causes, cause].slice(-MAX_CAUSES);
  await ctx.db.patch("notifications", known._id, { causes, count: known.count + 1, detail: news.detail, at });
  await orderPush(ctx, member, choices, { ...news, notificationId: known._id, at });
}

/** Has what happened sent to the member's devices, where there are any and the member wants it there. */
async function orderPush(
  ctx: MutationCtx,
  member: Doc<"members">,
  choices: readonly Choice[],
  { kind, target, notificationId, at }: News & { notificationId: Id<"notifications">; at: number },
): Promise<void> {
  if ((await devicesOf(ctx, member._id)).length === 0) return;
  if (!isPushed(choices, kind, await isCritical(ctx, member, target))) return;
  await ctx.scheduler.runAfter(0, internal.notifications.push.jobs.consider, { notificationId, at });
}

async function isCritical(ctx: QueryCtx, { orgId }: Doc<"members">, target: NotificationTarget): Promise<boolean> {
  return target.kind === "thread" && (await requireThread(ctx, orgId, target.threadId)).priority === "critical";
}

/** A notification as its member's list shows it; null when it is read, the member is gone or may not know it any more. */
export async function presentUnread(ctx: QueryCtx, member: Doc<"members">, row: Doc<"notifications">) {
  if (row.isRead || member.status !== "active" || !(await mayKnow(ctx, member, row.target))) return null;
  return await present(ctx, row);
}

/** A page of what a member was told, newest first. */
export async function listNotifications(ctx: QueryCtx, member: Doc<"members">, paginationOpts: PaginationOptions) {
  const result = await ctx.db
    .query("notifications")
    .withIndex("by_member", (q) => q.eq("orgId", member.orgId).eq("memberId", member._id))
    .order("desc")
    .paginate(paginationOpts);
  const page = await visibleNews(ctx, member, result.page);
  return { ...result, page: await Promise.all(page.map((row) => present(ctx, row))) };
}

/** What a member was told of conversations they may not open any more waits out of sight: it is theirs with them again. */
async function visibleNews(ctx: QueryCtx, member: Doc<"members">, rows: readonly Doc<"notifications">[]) {
  const shown: Doc<"notifications">[] = [];
  for (const row of rows) if (await mayKnow(ctx, member, row.target)) shown.push(row);
  return shown;
}

async function mayKnow(ctx: QueryCtx, member: Doc<"members">, target: NotificationTarget): Promise<boolean> {
  switch (target.kind) {
    case "thread":
      return await mayOpenThreadId(ctx, member, target.threadId);
    case "task":
      return await maySeeTask(ctx, member, target.taskId);
    case "alerts":
      return true;
  }
}

function unreadRows(ctx: QueryCtx, { orgId, _id }: Doc<"members">) {
  return ctx.db
    .query("notifications")
    .withIndex("by_member_read", (q) => q.eq("orgId", orgId).eq("memberId", _id).eq("isRead", false));
}

/** How many are unread, `MAX_COUNTED` at most, and the newest `take` of them. */
export async function unreadNotifications(ctx: QueryCtx, member: Doc<"members">, take: number) {
  const rows = await visibleNews(ctx, member, await unreadRows(ctx, member).order("desc").take(MAX_COUNTED));
  return { count: rows.length, newest: await Promise.all(rows.slice(0, take).map((row) => present(ctx, row))) };
}

async function present(ctx: QueryCtx, row: Doc<"notifications">): Promise<Infer<typeof vNotification>> {
  const { _id: id, kind, target, detail, count, isRead, at } = row;
  return { id, kind, target, detail, count, isRead, at, ...(await wordsOf(ctx, row)) };
}

async function wordsOf(ctx: QueryCtx, { orgId, target }: Doc<"notifications">) {
  switch (target.kind) {
    case "thread": {
      const { subject, contactId, lastMessagePreview } = await requireThread(ctx, orgId, target.threadId);
      const who = contactId === undefined ? "" : (await requireContact(ctx, orgId, contactId)).name;
      return { title: subject, who, text: lastMessagePreview };
    }
    case "task":
      return { title: (await requireTask(ctx, orgId, target.taskId)).title, who: "", text: "" };
    case "alerts":
      return { title: "", who: "", text: "" };
  }
}

/** Marks one as read or unread. Throws `not_found` for somebody else's. */
export async function setRead(
  ctx: MutationCtx,
  member: Doc<"members">,
  notificationId: Id<"notifications">,
  isRead: boolean,
): Promise<void> {
  const row = await ctx.db.get("notifications", notificationId);
  if (row === null || row.orgId !== member.orgId || row.memberId !== member._id) {
    throw appError("not_found", "This notification does not exist.");
  }
  await ctx.db.patch("notifications", notificationId, { isRead });
}

/** Marks everything that leads to a conversation as read: its reader has seen it. */
export async function readThreadNews(ctx: MutationCtx, member: Doc<"members">, threadId: Id<"threads">): Promise<void> {
  const rows = await unreadRows(ctx, member).order("desc").take(MAX_COUNTED);
  for (const { _id, target } of rows) {
    const isAbout = target.kind === "thread" && target.threadId === threadId;
    if (isAbout) await ctx.db.patch("notifications", _id, { isRead: true });
  }
}

/** Marks one batch up to `until` (UTC ms) as read; true when there may be more. What comes later stays unread. */
export async function readUntil(ctx: MutationCtx, member: Doc<"members">, until: number): Promise<boolean> {
  const { orgId, _id: memberId } = member;
  const rows = await ctx.db
    .query("notifications")
    .withIndex("by_member_read", (q) =>
      q.eq("orgId", orgId).eq("memberId", memberId).eq("isRead", false).lte("at", until),
    )
    .take(BATCH);
  for (const { _id } of rows) await ctx.db.patch("notifications", _id, { isRead: true });
  return rows.length === BATCH;
}

/** Removes one batch past the retention, read or not. Returns true when there may be more. */
export async function pruneNotifications(ctx: MutationCtx, now: number): Promise<boolean> {
  const rows = await ctx.db
    .query("notifications")
    .withIndex("by_at", (q) => q.lt("at", now - RETENTION_MS))
    .take(BATCH);
  for (const { _id } of rows) await ctx.db.delete("notifications", _id);
  return rows.length === BATCH;
}
