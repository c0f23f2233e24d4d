import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { DAY_MS } from "../../lib/time";
import { MEMBER_HOLD } from "../groups";
import { isHeldForTalk } from "../holds/rules";
import { isInDoubt, isWaiting, recordDecision, setState } from "../model";
import { holderOf } from "./foreseen";
import { heldMsOf, pauseOfSource, pausesOf } from "./pauses";
import { requireVisibleMessage } from "./sight";
import { ensureWakeUp } from "./wakeUps";

// What members do with single messages ahead (product.md O-3): another time, hold, let go, at once. Each is a line of
// "Why?" and an audit entry, in one transaction.

/** Longer is no planning but forgetting; also catches instants in wrong units. */
const MAX_AHEAD_MS = 366 * DAY_MS;

/** A person's hand on a message. */
type ByHand = { orgId: Id<"organisations">; memberId: Id<"members">; queueId: Id<"messageQueue"> };

/** From when on a message is worth nothing (UTC ms), as far as its source knows better than its row. */
type Latest = number | undefined;

/**
 * Gives a waiting message another time; one that is held stays so. Throws `invalid` for an instant that is past, more than
 * a year away, or so late that the message would say nothing any more; `conflict` when it is on its way, has ended, may
 * have left, or is an answer of the team, which is moved with its conversation.
 */
export async function moveByMember(ctx: MutationCtx, by: ByHand, at: number, latest: Latest): Promise<void> {
  const row = await requireMovable(ctx, by);
  checkTime(row, at, latest);
  if (row.dueAt === at) return;
  const inputs = { from: row.dueAt, to: at, memberId: by.memberId };
  await recordDecision(ctx, row, { stage: "move", rule: "member", outcome: "moved", inputs });
  await ctx.db.patch("messageQueue", row._id, placedAt(row, at));
  if (row.state.kind === "pending") await ensureWakeUp(ctx, row, at);
  await audit(ctx, by, "message.moved", { from: row.dueAt, to: at });
}

/**
 * Sends a waiting message as soon as the hours, consent and caps let it, whatever is talked about with its recipient.
 * Throws as `moveByMember` does, and `conflict` while its source is paused.
 */
export async function sendNowByMember(ctx: MutationCtx, by: ByHand, latest: Latest): Promise<void> {
  const row = await requireMovable(ctx, by);
  const now = Date.now();
  if (isTooLate(row, now, latest)) throw appError("conflict", "By now this message would be of no use any more.");
  if (pauseOfSource(await pausesOf(ctx, by.orgId), row.source) !== null)
    throw appError("conflict", "What sends it is paused: lift the pause first.");
  const inputs = { from: row.dueAt, to: now, memberId: by.memberId };
  await recordDecision(ctx, row, { stage: "move", rule: "member_now", outcome: "queued", inputs });
  await setState(ctx, row, { kind: "pending" }, { ...placedAt(row, now), passesHolds: true });
  await ensureWakeUp(ctx, row, now);
  await audit(ctx, by, "message.sent_now", { from: row.dueAt });
}

/** Keeps one message back until somebody lets it go. Once more changes nothing. Throws `conflict` as `moveByMember` does. */
export async function holdByMember(ctx: MutationCtx, by: ByHand): Promise<void> {
  const row = await requireMovable(ctx, by);
  if (holderOf(ctx, row) !== null) return;
  const now = Date.now();
  const { state, plannedAt } = row;
  const inTalk = state.kind === "held" && isHeldForTalk(row);
  const changes = inTalk ? { heldMs: heldMsOf(row, Math.max(state.at, plannedAt ?? 0), now) } : {};
  const inputs = { reason: MEMBER_HOLD, memberId: by.memberId };
  await recordDecision(ctx, row, { stage: "hold", rule: "member", outcome: "held", inputs });
  await setState(ctx, row, { kind: "held", at: now, pauseId: by.memberId, reason: MEMBER_HOLD }, changes);
  await audit(ctx, by, "message.held", { dueAt: row.dueAt });
}

/**
 * Lets a message go that a member holds: at its time, at once where that has passed, or at `at`. Nothing is checked less
 * for that. Throws `conflict` when no member holds it, and otherwise as `moveByMember` does.
 */
export async function liftByMember(ctx: MutationCtx, by: ByHand, at: number | null, latest: Latest): Promise<void> {
  const row = await requireMovable(ctx, by);
  if (holderOf(ctx, row) === null) throw appError("conflict", "Nobody holds this message.");
  const now = Date.now();
  if (at !== null) checkTime(row, at, latest);
  const dueAt = at ?? Math.max(now, row.dueAt);
  if (isTooLate(row, dueAt, latest)) throw appError("conflict", "By now this message would be of no use any more.");
  const inputs = { until: dueAt, memberId: by.memberId };
  await recordDecision(ctx, row, { stage: "hold", rule: "member_lifted", outcome: "queued", inputs });
  await setState(ctx, row, { kind: "pending" }, dueAt === row.dueAt ? {} : placedAt(row, dueAt));
  await ensureWakeUp(ctx, row, dueAt);
  await audit(ctx, by, "message.released", { dueAt });
}

/** A message somewhere else in time: its age counts from there. Put back where it came from, it is as if never moved. */
function placedAt({ dueAt, movedFrom = dueAt }: Doc<"messageQueue">, at: number) {
  return { dueAt: at, plannedAt: at, heldMs: undefined, movedFrom: at === movedFrom ? undefined : movedFrom };
}

async function requireMovable(ctx: MutationCtx, { orgId, queueId }: ByHand): Promise<Doc<"messageQueue">> {
  const row = await requireVisibleMessage(ctx, orgId, queueId);
  if (row.source.kind === "agent") throw appError("conflict", "An answer is changed in its conversation.");
  if (!isWaiting(row.state)) throw appError("conflict", `This message is not waiting any more (${row.state.kind}).`);
  if (isInDoubt(row)) throw appError("conflict", "It may have left: its provider is being asked.");
  return row;
}

function checkTime(row: Doc<"messageQueue">, at: number, latest: Latest): void {
  const now = Date.now();
  if (!(at > now && at <= now + MAX_AHEAD_MS)) {
    throw appError("invalid", "Choose a time within the next 366 days.", { field: "at" });
  }
  if (isTooLate(row, at, latest)) {
    throw appError("invalid", "By then this message would be of no use any more.", { field: "at" });
  }
}

function isTooLate({ expiresAt = Infinity }: Doc<"messageQueue">, at: number, latest: Latest): boolean {
  return at >= Math.min(expiresAt, latest ?? Infinity);
}

async function audit(
  ctx: MutationCtx,
  { orgId, memberId, queueId }: ByHand,
  action: AuditAction,
  details: AuditDetails,
): Promise<void> {
  const subject = { table: "messageQueue", id: queueId };
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action, subject, details });
}
