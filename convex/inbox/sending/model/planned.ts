import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { moveMessage } from "../../../delivery/model";
import { appError } from "../../../lib/errors";
import { customerLanguage } from "../../../lib/languages";
import { callerSeesWorkOf } from "../../../lib/threadAccess";
import { DAY_MS } from "../../../lib/time";
import { requireMemberOf, requireOrg } from "../../../orgs/model";
import { requireThread } from "../../model/rows";
import { previewOf } from "../../preview";
import { heldOf, moveHold } from "./holds";
import { takeBack } from "../model";
import { answeredText } from "../texts";

// Answers that leave at an hour their author chose (product.md ).

/** Longer is no planning but forgetting; also catches instants in wrong units. */
const MAX_AHEAD_MS = 366 * DAY_MS;
/** Planned answers of one thread; people write one or two. */
const MAX_OF_THREAD = 50;
/** What one screen lists. */
const MAX_LISTED = 200;

/** Throws `invalid` for an instant (UTC ms) that is past or more than 366 days away. */
export function checkSendAt(sendAt: number, now: number): void {
  if (!(sendAt > now && sendAt <= now + MAX_AHEAD_MS)) {
    throw appError("invalid", "Choose a time within the next 366 days.", { field: "sendAt" });
  }
}

type ByMember = { orgId: Id<"organisations">; member: Doc<"members">; messageId: Id<"messages"> };

/**
 * Gives a planned answer another hour (UTC ms), or says whether the customer's answer cancels it. Throws `not_found` when
 * it is none any more, and `invalid` as `checkSendAt` does.
 */
export async function changePlanned(
  ctx: MutationCtx,
  { orgId, member, messageId }: ByMember,
  { sendAt, cancelIfAnswered }: { sendAt?: number; cancelIfAnswered?: boolean },
): Promise<void> {
  const { held, thread, message } = await requirePlanned(ctx, orgId, messageId);
  if (cancelIfAnswered !== undefined) await ctx.db.patch("heldReplies", held._id, { cancelIfAnswered });
  if (sendAt !== undefined) {
    checkSendAt(sendAt, Date.now());
    if (message.queueId === undefined || !(await moveMessage(ctx, message.queueId, sendAt))) {
      throw appError("conflict", "This reply has been sent already.");
    }
    await moveHold(ctx, held, sendAt);
  }
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: member._id },
    action: "thread.planned_changed",
    subject: { table: "threads", id: thread._id },
    details: { messageId, sendAt: sendAt ?? null, cancelIfAnswered: cancelIfAnswered ?? null },
  });
}

/** Takes a planned answer back: it is its author's draft again. Throws `not_found` when it is none any more. */
export async function cancelPlanned(ctx: MutationCtx, { orgId, member, messageId }: ByMember): Promise<void> {
  const { thread, message } = await requirePlanned(ctx, orgId, messageId);
  const actor = { kind: "member", memberId: member._id } as const;
  const why = { actor, action: "thread.planned_cancelled", reason: "cancelled_by_member" } as const;
  if (!(await takeBack(ctx, thread, message, why))) throw appError("conflict", "This reply has been sent already.");
}

/**
 * The customer wrote: planned answers that should not go out then become drafts again, and the team reads why. In the
 * transaction of the customer's message, so that none slips out in between.
 */
export async function cancelAnswered(ctx: MutationCtx, thread: Doc<"threads">): Promise<void> {
  const waiting = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", thread._id).gt("at", Date.now()))
    .take(MAX_OF_THREAD);
  for (const message of waiting) {
    const held = await heldOf(ctx, message._id);
    if (held === null || held.kind !== "later" || !held.cancelIfAnswered) continue;
    const actor = { kind: "system", name: "inbox" } as const;
    const why = { actor, action: "thread.planned_cancelled", reason: "customer_answered" } as const;
    if (await takeBack(ctx, thread, message, why)) await tellTeam(ctx, thread, held.memberId);
  }
}

async function tellTeam(ctx: MutationCtx, { orgId, _id }: Doc<"threads">, memberId: Id<"members">): Promise<void> {
  const { locale } = await requireOrg(ctx, orgId);
  const { displayName } = await requireMemberOf(ctx, orgId, memberId);
  await ctx.db.insert("messages", {
    orgId,
    threadId: _id,
    messageType: "system_notification",
    sender: { kind: "system", name: "inbox" },
    recipients: [],
    text: answeredText(customerLanguage(locale), displayName),
    fileIds: [],
    isAutomatic: true,
    at: Date.now(),
  });
}

/** Planned answers of the organisation, or of one member, in conversations the caller may open, the next to leave first; at most 200. */
export async function listPlanned(ctx: QueryCtx, orgId: Id<"organisations">, memberId: Id<"members"> | null) {
  const held = ctx.db.query("heldReplies");
  const rows = await (
    memberId === null
      ? held.withIndex("by_org", (q) => q.eq("orgId", orgId).eq("kind", "later"))
      : held.withIndex("by_member", (q) => q.eq("memberId", memberId).eq("kind", "later"))
  ).take(MAX_LISTED);
  const shown: Awaited<ReturnType<typeof presentPlanned>>[] = [];
  for (const row of rows) {
    if (row.orgId === orgId && (await isVisible(ctx, row))) shown.push(await presentPlanned(ctx, row));
  }
  return shown;
}

async function isVisible(ctx: QueryCtx, { messageId }: Doc<"heldReplies">): Promise<boolean> {
  return await callerSeesWorkOf(ctx, (await ctx.db.get("messages", messageId))?.threadId);
}

async function presentPlanned(ctx: QueryCtx, held: Doc<"heldReplies">) {
  const { orgId, memberId, messageId, dueAt, cancelIfAnswered, close } = held;
  const { message, thread } = await requirePlanned(ctx, orgId, messageId);
  return {
    messageId,
    threadId: thread._id,
    number: thread.number,
    channel: thread.channel,
    to: message.recipients
      .map(({ address }) => address)
      .slice(0, 1)
      .join(""),
    preview: previewOf(message.text),
    author: { memberId, name: (await requireMemberOf(ctx, orgId, memberId)).displayName },
    dueAt,
    cancelIfAnswered,
    close,
  };
}

async function requirePlanned(ctx: QueryCtx, orgId: Id<"organisations">, messageId: Id<"messages">) {
  const [held, message] = await Promise.all([heldOf(ctx, messageId), ctx.db.get("messages", messageId)]);
  if (held === null || message === null || held.orgId !== orgId || held.kind !== "later") {
    throw appError("not_found", "There is no such planned answer any more.");
  }
  return { held, message, thread: await requireThread(ctx, orgId, message.threadId) };
}

/** Answers a member sent a moment ago and can still take back: what the toasts of a page that is opened anew show. */
export async function listUndoable(ctx: QueryCtx, memberId: Id<"members">) {
  const rows = await ctx.db
    .query("heldReplies")
    .withIndex("by_member", (q) => q.eq("memberId", memberId).eq("kind", "undo"))
    .take(MAX_OF_THREAD);
  const messages = await Promise.all(rows.map(({ messageId }) => ctx.db.get("messages", messageId)));
  return rows.flatMap(({ messageId, dueAt, close }, index) => {
    const message = messages[index];
    if (message?.clientId === undefined) return [];
    return [{ messageId, threadId: message.threadId, clientId: message.clientId, dueAt, close }];
  });
}

/** How many answers of a member leave later, at most `cap`. */
export async function countPlannedBy(ctx: QueryCtx, memberId: Id<"members">, cap: number): Promise<number> {
  const held = await ctx.db
    .query("heldReplies")
    .withIndex("by_member", (q) => q.eq("memberId", memberId).eq("kind", "later"))
    .take(cap);
  return held.length;
}
