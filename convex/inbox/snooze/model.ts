import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { DAY_MS } from "../../lib/time";
import { patchThread, requireThread } from "../model/rows";

/** Longer is no putting off but forgetting; also catches instants in wrong units. */
const MAX_SNOOZE_MS = 366 * DAY_MS;

/** Threads one sweep wakes; the next one takes the rest. */
const SWEEP_BATCH = 100;

type ByMember = { orgId: Id<"organisations">; threadId: Id<"threads">; member: Doc<"members"> };

/**
 * Takes a thread out of the lists until an instant (UTC ms), or until the customer writes (null), which ends every
 * snooze (product.md ). The same again changes nothing. Throws `invalid` for a closed thread and for an
 * instant that is past or more than 366 days away.
 */
export async function snoozeThread(
  ctx: MutationCtx,
  { orgId, threadId: asked, member, until }: ByMember & { until: number | null },
): Promise<void> {
  const thread = await requireThread(ctx, orgId, asked);
  if (thread.snoozedUntil === until) return;
  if (!thread.isOpen) throw appError("invalid", "A closed conversation cannot be snoozed.", { field: "threadId" });
  if (until !== null) checkReturn(until, Date.now(), "until");
  await putOff(ctx, thread, member._id, until);
}

/** Throws `invalid` for a return (UTC ms) that is past at `now` or more than 366 days away. */
export function checkReturn(until: number, now: number, field: string): void {
  if (until > now && until <= now + MAX_SNOOZE_MS) return;
  throw appError("invalid", "Choose a time within the next 366 days.", { field });
}

/** Puts an open thread off until an instant (UTC ms) that was checked, or until the customer writes (null). */
export async function putOff(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  memberId: Id<"members">,
  until: number | null,
): Promise<void> {
  const { orgId, _id: threadId } = thread;
  await patchThread(ctx, thread, { snoozedUntil: until });
  if (until !== null) await ctx.scheduler.runAt(until, internal.inbox.snooze.jobs.wake, { threadId, until });
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId },
    action: "thread.snoozed",
    subject: { table: "threads", id: threadId },
    details: { until },
  });
}

/** Brings a snoozed thread back to its place in the lists. Nothing happens to one that is not snoozed. */
export async function endSnooze(ctx: MutationCtx, { orgId, threadId: asked, member }: ByMember): Promise<void> {
  const thread = await requireThread(ctx, orgId, asked);
  const { _id: threadId } = thread;
  if (thread.snoozedUntil === undefined) return;
  await patchThread(ctx, thread, { snoozedUntil: undefined });
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: member._id },
    action: "thread.unsnoozed",
    subject: { table: "threads", id: threadId },
    details: { until: thread.snoozedUntil },
  });
}

/** Brings a thread back on top of the lists, unread, if it still sleeps until that very instant (UTC ms). */
export async function wakeSnoozed(
  ctx: MutationCtx,
  { threadId, until }: { threadId: Id<"threads">; until: number },
  now: number,
): Promise<void> {
  const thread = await ctx.db.get("threads", threadId);
  // Gone, brought back, or snoozed anew: another wake-up is under way for that one.
  if (thread === null || thread.snoozedUntil !== until) return;
  await patchThread(ctx, thread, { snoozedUntil: undefined, lastMessageAt: now });
  await record(ctx, {
    orgId: thread.orgId,
    actor: { kind: "system", name: "inbox" },
    action: "thread.unsnoozed",
    subject: { table: "threads", id: threadId },
    details: { until },
  });
}

/** Wakes threads whose scheduled wake-up was lost; at most a batch. */
export async function wakeLost(ctx: MutationCtx, now: number): Promise<void> {
  const due = await ctx.db
    .query("threads")
    // null (until the customer writes) sorts before all numbers.
    .withIndex("by_snoozed", (q) => q.gt("snoozedUntil", null).lte("snoozedUntil", now))
    .take(SWEEP_BATCH);
  for (const { _id: threadId, snoozedUntil: until } of due) {
    if (typeof until === "number") await wakeSnoozed(ctx, { threadId, until }, now);
  }
}
