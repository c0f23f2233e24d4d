import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { enqueue, isWaiting, recordDecision, recordEmergency, requireMessage, setState } from "../model";
import { ensureWakeUp } from "./wakeUps";

/** People one order writes to; each costs a dozen writes. */
const MAX_PEOPLE = 100;
const MAX_REASON_CHARS = 300;
const MAX_TEXT_CHARS = 4_000;
const MAX_SUBJECT_CHARS = 200;

type ByMember = { orgId: Id<"organisations">; memberId: Id<"members"> };

/**
 * Queues an emergency for each person. Throws `invalid` without a reason or a text or for too many people, `not_found` for
 * another organisation's contacts.
 */
export async function sendEmergency(
  ctx: MutationCtx,
  order: ByMember & { contactIds: Id<"contacts">[]; subject: string; text: string; reason: string },
): Promise<Id<"messageQueue">[]> {
  const { orgId, memberId, contactIds, subject, text } = order;
  const reason = requireReason(order.reason);
  requireText("text", text, MAX_TEXT_CHARS);
  requireText("subject", subject, MAX_SUBJECT_CHARS);
  if (contactIds.length === 0 || contactIds.length > MAX_PEOPLE) {
    throw appError("invalid", `Choose one to ${MAX_PEOPLE} people.`, { field: "contactIds" });
  }
  const now = Date.now();
  const orderId = await recordOrder(ctx, { orgId, memberId, reason, people: contactIds.length });
  const queued: Id<"messageQueue">[] = [];
  for (const contactId of new Set(contactIds)) {
    const { queueId } = await enqueue(ctx, {
      orgId,
      lane: "critical",
      channel: "best",
      contactId,
      purpose: "service",
      source: { kind: "system", name: "emergency" },
      content: { kind: "finished", subject, text, fileIds: [] },
      dueAt: now,
      emergency: { memberId, reason },
      idempotencyKey: `emergency:${orderId}:${contactId}`,
    });
    queued.push(queueId);
  }
  return queued;
}

// The record of the order names it: two orders at the same instant are two.
async function recordOrder(
  ctx: MutationCtx,
  { orgId, memberId, ...details }: ByMember & { reason: string; people: number },
): Promise<string> {
  const orderId = `${memberId}:${Date.now()}:${details.people}`;
  const subject = { table: "organisations", id: orgId };
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId },
    action: "emergency.sent",
    subject,
    details,
  });
  return orderId;
}

/**
 * Makes a waiting message an emergency that is due now. Throws `conflict` when it is not waiting any more, `invalid`
 * without a reason.
 */
export async function allowEmergency(
  ctx: MutationCtx,
  { orgId, memberId, queueId, reason: text }: ByMember & { queueId: Id<"messageQueue">; reason: string },
): Promise<void> {
  const reason = requireReason(text);
  const row = await requireMessage(ctx, orgId, queueId);
  if (!isWaiting(row.state)) {
    throw appError("conflict", `This message is not waiting any more (${row.state.kind}).`);
  }
  const now = Date.now();
  await recordEmergency(ctx, row, { memberId, reason });
  if (row.dueAt > now) {
    const inputs = { from: row.dueAt, to: now };
    await recordDecision(ctx, row, { stage: "move", rule: "emergency", outcome: "moved", inputs });
  }
  await setState(ctx, row, { kind: "pending" }, { emergency: { memberId, reason }, dueAt: Math.min(row.dueAt, now) });
  await ensureWakeUp(ctx, row, now);
}

function requireReason(text: string): string {
  const reason = text.trim();
  if (reason === "" || reason.length > MAX_REASON_CHARS) {
    throw appError("invalid", `Say why, in at most ${MAX_REASON_CHARS} characters.`, { field: "reason" });
  }
  return reason;
}

function requireText(field: string, text: string, most: number): void {
  if (text.trim() === "" || text.length > most) {
    throw appError("invalid", `This must have 1 to ${most} characters.`, { field });
  }
}
