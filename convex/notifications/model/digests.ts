import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { requireContact } from "../../contacts/model";
import { mailStaff } from "../../delivery/staff/model";
import { pageOfThreads } from "../../inbox/model/ranges";
import { getEnv } from "../../lib/env";
import { customerLanguage } from "../../lib/languages";
import { addCalendarDays, localDay } from "../../lib/time";
import { requireMemberOf, requireOrg, requirePerson } from "../../orgs/model";
import { tasksDueOf } from "../../tasks/model";
import { digestText, nextDigestAt, type Pending } from "../digest";
import { unreadNotifications } from "./store";

/** Mails one sweep starts; the next one, a minute later, takes the rest. */
const BATCH = 200;
/** Lines of a kind: a mail with more is not read. */
const MAX_LINES = 20;
/** A mail that is later than this (the deployment was down) is left out: the day has begun without it. */
const MAX_LATE_MS = 4 * 60 * 60 * 1000;

/** The settings whose morning mail is due. */
export async function dueDigests(ctx: QueryCtx, now: number): Promise<Id<"notificationSettings">[]> {
  const rows = await ctx.db
    .query("notificationSettings")
    .withIndex("by_digest", (q) => q.gt("digestAt", 0).lte("digestAt", now))
    .take(BATCH);
  return rows.map(({ _id }) => _id);
}

/**
 * Queues the morning mail of a member, if something is pending and there is an address, and plans the next. One a local
 * day: the queue knows the key (product.md 2.3 no. 24).
 */
export async function sendDigest(ctx: MutationCtx, settingsId: Id<"notificationSettings">, now: number): Promise<void> {
  const settings = await ctx.db.get("notificationSettings", settingsId);
  if (settings?.digestAt === undefined || settings.digestAt > now) return;
  const { orgId, memberId, timezone, digestAt } = settings;
  await ctx.db.patch("notificationSettings", settingsId, { digestAt: nextDigestAt(now, timezone) });
  const member = await requireMemberOf(ctx, orgId, memberId);
  if (member.status !== "active" || now - digestAt > MAX_LATE_MS) return;
  const { email } = await requirePerson(ctx, member.personId);
  if (email === undefined) return;
  const org = await requireOrg(ctx, orgId);
  const reader = { org: org.name, name: member.displayName, timezone, url: getEnv("SITE_URL") };
  const content = digestText(await pendingOf(ctx, member, now, timezone), reader, customerLanguage(org.locale));
  if (content === null) return;
  await mailStaff(ctx, {
    orgId,
    email,
    name: member.displayName,
    about: "notifications",
    lane: "transactional",
    ...content,
    dueAt: now,
    idempotencyKey: `digest:${memberId}:${localDay(digestAt, timezone).date}`,
  });
}

async function pendingOf(ctx: QueryCtx, member: Doc<"members">, now: number, timezone: string): Promise<Pending> {
  const { orgId } = member;
  const viewer = { orgId, member };
  const page = { view: "mine" as const, paginationOpts: { cursor: null, numItems: MAX_LINES } };
  const threads = (await pageOfThreads(ctx, viewer, page)).page;
  const openThreads = await Promise.all(
    threads.map(async ({ number, subject, contactId, isOverdue = false }) => {
      const who = contactId === undefined ? "" : (await requireContact(ctx, orgId, contactId)).name;
      return { number, subject, who, isOverdue };
    }),
  );
  const tonight = addCalendarDays(now, timezone, 1, "00:00") - 1;
  const dueTasks = await tasksDueOf(ctx, member, tonight, MAX_LINES);
  const { count: unread } = await unreadNotifications(ctx, member, 0);
  return { unread, openThreads, dueTasks, limit: MAX_LINES };
}
