import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { HOUR_MS } from "../../lib/time";
import { requireMemberOf } from "../../orgs/model";
import { cancelMessage, enqueue, isWaiting, recordDecision, recordEmergency, requireMessage, setState } from "../model";
import { ensureWakeUp } from "./wakeUps";

/** People one order writes to; each costs a dozen writes. */
const MAX_PEOPLE = 100;
const MAX_REASON_CHARS = 300;
const MAX_TEXT_CHARS = 4_000;
const MAX_SUBJECT_CHARS = 200;
/** An emergency of yesterday only confuses. */
const MAX_HOURS = 24;
/** A quarter of an hour: less is over before every channel was tried. */
const MIN_HOURS = 0.25;

type ByMember = { orgId: Id<"organisations">; memberId: Id<"members"> };

/**
 * Queues an emergency for each person; what has not left after `hours` is given up. Throws `invalid` with the field
 * without a reason or a text or for too many people or hours, `not_found` for another organisation's contacts.
 */
export async function sendEmergency(
  ctx: MutationCtx,
  order: ByMember & { contactIds: Id<"contacts">[]; subject: string; text: string; reason: string; hours: number },
): Promise<Id<"emergencies">> {
  const { orgId, memberId, subject, text, hours } = order;
  const reason = requireReason(order.reason);
  requireText("text", text, MAX_TEXT_CHARS);
  requireText("subject", subject, MAX_SUBJECT_CHARS);
  const contactIds = [...new Set(order.contactIds)];
  if (contactIds.length === 0 || contactIds.length > MAX_PEOPLE) {
    throw appError("invalid", `Choose one to ${MAX_PEOPLE} people.`, { field: "contactIds" });
  }
  if (!(hours >= MIN_HOURS && hours <= MAX_HOURS)) {
    throw appError("invalid", `Choose ${MIN_HOURS} to ${MAX_HOURS} hours.`, { field: "hours" });
  }
  const at = Date.now();
  const until = at + hours * HOUR_MS;
  const scope = { kind: "people", people: contactIds.length, subject } as const;
  const emergencyId = await ctx.db.insert("emergencies", { orgId, memberId, reason, scope, at, until });
  for (const contactId of contactIds) {
    await enqueue(ctx, {
      orgId,
      lane: "critical",
      channel: "best",
      contactId,
      purpose: "service",
      source: { kind: "system", name: "emergency" },
      content: { kind: "finished", subject, text, fileIds: [] },
      dueAt: at,
      expiresAt: until,
      emergency: { memberId, reason },
      idempotencyKey: `${keyPrefix(emergencyId)}${contactId}`,
    });
  }
  await audit(ctx, order, "emergency.sent", emergencyId, { reason, people: contactIds.length });
  return emergencyId;
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
  await ctx.db.insert("emergencies", { orgId, memberId, reason, scope: { kind: "message", queueId }, at: now });
  if (row.dueAt > now) {
    const inputs = { from: row.dueAt, to: now };
    await recordDecision(ctx, row, { stage: "move", rule: "emergency", outcome: "moved", inputs });
  }
  await setState(ctx, row, { kind: "pending" }, { emergency: { memberId, reason }, dueAt: Math.min(row.dueAt, now) });
  await ensureWakeUp(ctx, row, now);
}

/**
 * Calls an emergency off: what it still has waiting does not leave; what was a message before goes by the usual rules
 * again. Returns how many it stopped. Throws `not_found`, `conflict` when it was called off already.
 */
export async function endEmergency(
  ctx: MutationCtx,
  by: ByMember & { emergencyId: Id<"emergencies"> },
): Promise<number> {
  const { orgId, memberId, emergencyId } = by;
  const emergency = await requireEmergency(ctx, orgId, emergencyId);
  if (emergency.ended !== undefined) throw appError("conflict", "It was called off already.");
  let stopped = 0;
  for (const row of await messagesOf(ctx, emergency)) {
    if (!isWaiting(row.state)) continue;
    stopped += 1;
    if (emergency.scope.kind === "people") {
      await cancelMessage(ctx, row._id, "emergency_ended");
    } else {
      await recordDecision(ctx, row, { stage: "emergency", rule: "member", outcome: "ended", inputs: { memberId } });
      await setState(ctx, row, row.state, { emergency: undefined });
    }
  }
  await ctx.db.patch("emergencies", emergencyId, { ended: { at: Date.now(), memberId, stopped } });
  await audit(ctx, by, "emergency.ended", emergencyId, { stopped });
  return stopped;
}

/** A page of an organisation's emergencies, newest first, with who allowed and who ended them. */
export async function listEmergencies(ctx: QueryCtx, orgId: Id<"organisations">, paginationOpts: PaginationOptions) {
  const result = await ctx.db
    .query("emergencies")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .order("desc")
    .paginate(paginationOpts);
  const nameOf = async (memberId: Id<"members">) => (await requireMemberOf(ctx, orgId, memberId)).displayName;
  const page = await Promise.all(
    result.page.map(async ({ _id, reason, scope, at, until, memberId, ended }) => ({
      id: _id,
      reason,
      scope,
      at,
      until,
      by: await nameOf(memberId),
      ended:
        ended === undefined ? undefined : { at: ended.at, by: await nameOf(ended.memberId), stopped: ended.stopped },
    })),
  );
  return { ...result, page };
}

/** The messages of one emergency as they stand, at most a hundred. Throws `not_found`. */
export async function emergencyMessages(ctx: QueryCtx, orgId: Id<"organisations">, emergencyId: Id<"emergencies">) {
  const rows = await messagesOf(ctx, await requireEmergency(ctx, orgId, emergencyId));
  return await Promise.all(
    rows.map(async ({ _id, contactId, routedChannel, address, state }) => ({
      queueId: _id,
      // An erased person leaves the message behind as a figure.
      contactName: (await ctx.db.get("contacts", contactId))?.name ?? "",
      channel: routedChannel,
      address,
      state: state.kind,
    })),
  );
}

const keyPrefix = (emergencyId: Id<"emergencies">) => `emergency:${emergencyId}:`;

async function messagesOf(ctx: QueryCtx, { _id, orgId, scope }: Doc<"emergencies">): Promise<Doc<"messageQueue">[]> {
  if (scope.kind === "message") {
    const row = await ctx.db.get("messageQueue", scope.queueId);
    return row === null ? [] : [row];
  }
  const prefix = keyPrefix(_id);
  return await ctx.db
    .query("messageQueue")
    .withIndex("by_idempotency", (q) =>
      q.eq("orgId", orgId).gte("idempotencyKey", prefix).lt("idempotencyKey", `${prefix}\uffff`),
    )
    .take(MAX_PEOPLE);
}

async function requireEmergency(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  emergencyId: Id<"emergencies">,
): Promise<Doc<"emergencies">> {
  const row = await ctx.db.get("emergencies", emergencyId);
  if (row === null || row.orgId !== orgId) throw appError("not_found", "This emergency does not exist.");
  return row;
}

async function audit(
  ctx: MutationCtx,
  { orgId, memberId }: ByMember,
  action: AuditAction,
  emergencyId: Id<"emergencies">,
  details: AuditDetails,
): Promise<void> {
  const subject = { table: "emergencies", id: emergencyId };
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action, subject, details });
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
