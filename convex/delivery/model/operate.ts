import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { REQUEUEABLE } from "../groups";
import { cancelMessage, isWaiting, recordDecision, requireMessage, setState } from "../model";
import type { Tally } from "./counts";
import { ensureWakeUp } from "./wakeUps";

/** A person's hand on a message. */
type ByMember = { orgId: Id<"organisations">; memberId: Id<"members">; queueId: Id<"messageQueue"> };

/**
 * Stops a waiting message; one in doubt is not sent again and waits for a decision. Throws `conflict` when it is on its way
 * or has ended.
 */
export async function cancelByMember(ctx: MutationCtx, { orgId, memberId, queueId }: ByMember): Promise<void> {
  const row = await requireMessage(ctx, orgId, queueId);
  const isCancelled = await cancelMessage(ctx, queueId, "cancelled_by_member");
  if (!isCancelled && !isWaiting(row.state))
    throw appError("conflict", `This message is not waiting any more (${row.state.kind}).`);
  await audit(ctx, { orgId, memberId, queueId }, "message.cancelled");
}

/**
 * Puts an ended message back, with a fresh count of tries; everything is checked again before it leaves. Throws
 * `conflict` when it has not ended or has arrived.
 */
export async function requeueByMember(ctx: MutationCtx, { orgId, memberId, queueId }: ByMember): Promise<void> {
  const row = await requireMessage(ctx, orgId, queueId);
  if (!REQUEUEABLE.includes(row.state.kind)) {
    throw appError("conflict", `A message that is ${row.state.kind} cannot be queued again.`);
  }
  await requireText(ctx, row);
  const now = Date.now();
  const inputs = { memberId, from: row.state.kind };
  await recordDecision(ctx, row, { stage: "requeue", rule: "member", outcome: "queued", inputs });
  await requeue(ctx, row, now);
  await audit(ctx, { orgId, memberId, queueId }, "message.requeued");
}

/** Puts an ended message back as if it were new: fresh count of tries, age and content counted from now. */
export async function requeue(ctx: MutationCtx, row: Doc<"messageQueue">, now: number, tally?: Tally): Promise<void> {
  await setState(ctx, row, { kind: "pending" }, { ...AS_NEW(row, now), expiresAt: undefined }, tally);
  await ensureWakeUp(ctx, row, now);
}

const AS_NEW = ({ attemptCount }: Doc<"messageQueue">, now: number) => ({
  dueAt: now,
  plannedAt: now,
  heldMs: undefined,
  countsFromAttempt: attemptCount + 1,
  simplifiedFrom: undefined,
  doubtSince: undefined,
  deadAt: undefined,
  deadReason: undefined,
});

/**
 * A person says what became of a message whose answer was lost: it went out, or it is to be sent again and may arrive
 * twice, or nobody needs it any more. Throws `conflict` when the message does not wait for that.
 */
export async function resolveUnknownByMember(
  ctx: MutationCtx,
  { orgId, memberId, queueId, resolution }: ByMember & { resolution: "sent" | "resend" | "discard" },
): Promise<void> {
  const row = await requireMessage(ctx, orgId, queueId);
  if (row.state.kind !== "unknown") throw appError("conflict", "This message does not wait for a decision.");
  if (resolution === "resend") await requireText(ctx, row);
  const now = Date.now();
  const inputs = { memberId };
  await recordDecision(ctx, row, { stage: "recovery", rule: "member", outcome: resolution, inputs });
  if (resolution === "sent") {
    await setState(ctx, row, { kind: "sent", at: now });
  } else if (resolution === "discard") {
    await setState(ctx, row, { kind: "cancelled", at: now, reason: "discarded" });
  } else {
    await setState(ctx, row, { kind: "pending" }, { ...AS_NEW(row, now), mayBeDuplicate: true });
    await ensureWakeUp(ctx, row, now);
  }
  await audit(ctx, { orgId, memberId, queueId }, "message.resolved", { resolution });
}

// After the organisation's period only the log is left (delivery/retention).
async function requireText(ctx: MutationCtx, { bodyId }: Doc<"messageQueue">): Promise<void> {
  const body = await ctx.db.get("messageBodies", bodyId);
  if (body?.purgedAt === undefined) return;
  throw appError("conflict", "The text of this message was removed; it cannot be sent again.");
}

async function audit(
  ctx: MutationCtx,
  { orgId, memberId, queueId }: ByMember,
  action: AuditAction,
  details?: AuditDetails,
): Promise<void> {
  const subject = { table: "messageQueue", id: queueId };
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action, subject, details });
}
