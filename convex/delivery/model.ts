import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { record } from "../audit/model";
import { emitIfWanted } from "../events/model";
import type { EventKind, EventSubject } from "../events/schema";
import type { Channel, Purpose } from "../lib/closedSets";
import { appError } from "../lib/errors";
import { MINUTE_MS } from "../lib/time";
import { requireMemberOf } from "../orgs/model";
import { groupOf } from "./groups";
import { shardOf } from "./hash";
import { attemptUnderWay, closeAttempt } from "./model/attempts";
import { Tally } from "./model/counts";
import { Outbox } from "./model/outbox";
import { ensureWakeUp } from "./model/wakeUps";
import type {
  AddressWish,
  Failure,
  FromWish,
  Lane,
  MessageContent,
  MessageSource,
  MessageState,
  Threading,
} from "./schema";
import { stateAfter, type StatusReceipt } from "./status";
import { slotIn } from "./time/spread";

/** A message that is to leave. */
export type NewMessage = {
  orgId: Id<"organisations">;
  lane: Lane;
  /** The wish; "best" leaves the choice to the router. */
  channel: Channel | "best";
  contactId: Id<"contacts">;
  /** Addresses that go before the contact's primary ones. */
  to?: AddressWish;
  /** Comes from this address or number of ours, or not at all. */
  from?: FromWish | undefined;
  /** Goes through this account while it is healthy; the others stand in for it. */
  preferredConnectionId?: Id<"connections"> | undefined;
  purpose: Purpose;
  /** Key of a topic; absent: the first one of the purpose. */
  topic?: string;
  source: MessageSource;
  content: MessageContent;
  threading?: Threading;
  /** UTC ms; the past means now. */
  dueAt: number;
  /** Worth nothing afterwards, UTC ms: it is given up instead of being sent late. */
  expiresAt?: number;
  /** Tries it is worth, the first one included; never more than the organisation's settings allow. */
  maxAttempts?: number;
  /** Ignores preferences, quiet hours and caps (product.md C-27); the member allowed it for this reason. */
  emergency?: { memberId: Id<"members">; reason: string };
  /** Unique in the organisation: the same key twice is one message (product.md C-40). */
  idempotencyKey: string;
  /** What the key begins with, where messages with it are expected together (`Outbox.expect`). */
  keyPrefix?: string;
};

type Inputs = Doc<"decisions">["inputs"];

/** One line of "Why?" (design rule 6). */
export type NewDecision = { stage: string; rule: string; outcome: string; inputs?: Inputs };

/**
 * Queues a message in the caller's transaction: row, body, decision record, count, event and wake-up together. A key
 * that is known returns the first row, whatever the other fields say. Throws `not_found` for a contact, template version
 * or member of another organisation. Whoever queues many gives one `outbox` for all of them and writes it at the end.
 */
export async function enqueue(
  ctx: MutationCtx,
  message: NewMessage,
  outbox?: Outbox,
): Promise<{ queueId: Id<"messageQueue">; isNew: boolean }> {
  const own = outbox ?? new Outbox();
  const { content, threading, keyPrefix, ...rest } = message;
  const { orgId, lane, purpose, source, idempotencyKey } = rest;
  const known = await own.messageOf(ctx, orgId, idempotencyKey, keyPrefix);
  if (known !== null) return { queueId: known._id, isNew: false };
  const { _id: contactId } = await own.contactOf(ctx, orgId, message.contactId);
  const dueAt = await spreadDueAt(ctx, message, own);
  const topic = message.topic ?? (await own.topicOf(ctx, orgId, purpose));
  const labels = await own.labelsOf(ctx, message);
  const bodyId = await ctx.db.insert("messageBodies", { orgId, content, threading });
  const fields = {
    ...rest,
    contactId,
    ...labels,
    topic,
    bodyId,
    dueAt,
    plannedAt: dueAt,
    shard: shardOf(contactId),
    state: { kind: "pending" },
    group: groupOf("pending"),
    attemptCount: 0,
    countsFromAttempt: 1,
    mayBeDuplicate: false,
  } as const;
  const queueId = await ctx.db.insert("messageQueue", fields);
  const row = { _id: queueId, ...fields };
  own.queued(orgId, idempotencyKey, keyPrefix, row);
  own.tally.move(row, null, "pending");
  const wished: NonNullable<Inputs> = { lane, channel: message.channel, purpose, dueAt: message.dueAt, idempotencyKey };
  if (message.from !== undefined) wished.from = message.from.address;
  const inputs = dueAt === message.dueAt ? wished : { ...wished, spreadTo: dueAt };
  await recordDecision(ctx, row, { stage: "enqueue", rule: `source_${source.kind}`, outcome: "queued", inputs });
  if (message.emergency !== undefined) await recordEmergency(ctx, row, message.emergency);
  const event = { orgId, kind: "message.queued", subject: subjectOf(row) } as const;
  await emitIfWanted(ctx, event, await own.listenersOf(ctx, orgId));
  own.wake(row, dueAt);
  if (outbox === undefined) await own.write(ctx);
  return { queueId, isNew: true };
}

// Load spread over a period (product.md C-14); what a member sends by hand or declares an emergency goes when it is due.
async function spreadDueAt(ctx: QueryCtx, message: NewMessage, outbox: Outbox): Promise<number> {
  const { orgId, lane, dueAt, source, emergency, idempotencyKey } = message;
  if (source.kind === "agent" || source.kind === "test" || emergency !== undefined) return dueAt;
  const { deliverySettings } = await outbox.settingsOf(ctx, orgId);
  return dueAt + slotIn(deliverySettings.timingRules.spreadMinutes[lane] * MINUTE_MS, idempotencyKey);
}

/**
 * Takes a message back. False when it is not waiting any more: on its way, gone, or ended. One in doubt is not sent again,
 * but nobody can say that it never left: it becomes `unknown`, and the answer is false.
 */
export async function cancelMessage(
  ctx: MutationCtx,
  queueId: Id<"messageQueue">,
  reason: string,
  outbox?: Outbox,
): Promise<boolean> {
  const row = await ctx.db.get("messageQueue", queueId);
  if (row === null || !isWaiting(row.state)) return false;
  if (isInDoubt(row)) {
    await leaveToPerson(ctx, row, { stage: "cancel", rule: "in_doubt", reason });
    return false;
  }
  await recordDecision(ctx, row, { stage: "cancel", rule: "source", outcome: "cancelled", inputs: { reason } });
  await outbox?.listenersOf(ctx, row.orgId);
  await setState(ctx, row, { kind: "cancelled", at: Date.now(), reason }, {}, outbox?.tally);
  return true;
}

/** Gives a waiting message another due instant. False when it is not waiting any more, or in doubt. */
export async function moveMessage(
  ctx: MutationCtx,
  queueId: Id<"messageQueue">,
  dueAt: number,
  outbox?: Outbox,
): Promise<boolean> {
  const row = await ctx.db.get("messageQueue", queueId);
  if (row === null || !isWaiting(row.state) || isInDoubt(row)) return false;
  if (row.dueAt === dueAt) return true;
  const inputs = { from: row.dueAt, to: dueAt };
  await recordDecision(ctx, row, { stage: "move", rule: "source", outcome: "moved", inputs });
  await ctx.db.patch("messageQueue", queueId, { dueAt, plannedAt: dueAt, heldMs: undefined, movedFrom: undefined });
  if (row.state.kind !== "pending") return true;
  if (outbox === undefined) await ensureWakeUp(ctx, row, dueAt);
  else outbox.wake(row, dueAt);
  return true;
}

/** The message, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireMessage(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  queueId: Id<"messageQueue">,
): Promise<Doc<"messageQueue">> {
  const row = await ctx.db.get("messageQueue", queueId);
  if (row === null || row.orgId !== orgId) throw appError("not_found", "This message does not exist.");
  return row;
}

/** The message a provider means by its own id, or null (not ours, or its acceptance is not recorded yet). */
export async function messageByProviderId(
  ctx: QueryCtx,
  connectionId: Id<"connections">,
  providerMessageId: string,
): Promise<Doc<"messageQueue"> | null> {
  return await ctx.db
    .query("messageQueue")
    .withIndex("by_provider_message", (q) =>
      q.eq("connectionId", connectionId).eq("providerMessageId", providerMessageId),
    )
    .first();
}

/**
 * The message a provider means by our own key (`keyOf`), or null: not ours, or from before a person queued it again.
 */
export async function messageByReference(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  reference: string,
): Promise<Doc<"messageQueue"> | null> {
  const queueId = ctx.db.normalizeId("messageQueue", reference.split(":")[0] ?? "");
  const row = queueId === null ? null : await ctx.db.get("messageQueue", queueId);
  if (row === null || row.orgId !== orgId) return null;
  return [keyOf(row), `${keyOf(row)}${SIMPLIFIED}`].includes(reference) ? row : null;
}

/** The key of a message towards providers: the same for every try, another one once a person queued it again. */
export function keyOf({ _id, countsFromAttempt }: Pick<Doc<"messageQueue">, "_id" | "countsFromAttempt">): string {
  return `${_id}:${countsFromAttempt}`;
}

/** What follows the key of a message's simplified form: another message to a provider that compares what comes under a key. */
export const SIMPLIFIED = ":text";

/**
 * Applies a provider's report. Statuses only move up (design rule 5): false, and nothing written, when it is late,
 * repeated, or about a message that never left. A report that comes before the answer to the send ends its attempt: the
 * provider has it. The row was read in this transaction; with a `tally` counts are collected there for the caller to write.
 */
export async function applyStatus(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  receipt: StatusReceipt,
  tally?: Tally,
): Promise<boolean> {
  const next = stateAfter(row.state, receipt);
  if (next === null) return false;
  const providerMessageId = row.providerMessageId ?? receipt.providerMessageId;
  const attempt = row.state.kind === "sending" ? attemptUnderWay(row, row.state.attempt) : null;
  if (attempt !== null) {
    const outcome = { kind: "accepted", providerMessageId: providerMessageId ?? "" } as const;
    await closeAttempt(ctx, row, attempt, outcome, Date.now());
  }
  const inputs = { from: row.state.kind, at: receipt.at, reason: receipt.reason ?? null };
  await recordDecision(ctx, row, { stage: "receipt", rule: "status_rank", outcome: receipt.kind, inputs });
  await setState(ctx, row, next, { providerMessageId, deadAt: undefined, deadReason: undefined }, tally);
  return true;
}

/** Writes a line of "Why?" in the transaction of what it decides. */
export async function recordDecision(
  ctx: MutationCtx,
  row: Pick<Doc<"messageQueue">, "_id" | "orgId">,
  { inputs = {}, ...decision }: NewDecision,
): Promise<void> {
  await ctx.db.insert("decisions", { orgId: row.orgId, queueId: row._id, at: Date.now(), inputs, ...decision });
}

const EVENTS: Partial<Record<MessageState["kind"], EventKind>> = {
  sent: "message.sent",
  delivered: "message.delivered",
  read: "message.read",
  bounced: "message.bounced",
  failed: "message.failed",
  dead: "message.failed",
  unknown: "message.unknown",
  skipped: "message.skipped",
  cancelled: "message.cancelled",
};

/** States in which a doubt about a message goes on; every other one decides it. */
const UNDECIDED: readonly MessageState["kind"][] = ["pending", "held", "sending"];

/**
 * The only way a message changes its state: row, group, counts and event in one. `changes` are further fields that
 * change with it. With a `tally` the counts are collected there for the caller to write. Returns the row as it is now.
 */
export async function setState(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  state: MessageState,
  changes: Partial<Omit<Doc<"messageQueue">, "state" | "group">> = {},
  tally?: Tally,
): Promise<Doc<"messageQueue">> {
  const isOver = isInDoubt(row) && !UNDECIDED.includes(state.kind);
  const patch = { ...(isOver ? { doubtSince: undefined } : {}), ...changes, state, group: groupOf(state.kind) };
  await ctx.db.patch("messageQueue", row._id, patch);
  const after = { ...row, ...patch };
  const counts = tally ?? new Tally();
  counts.move(row, row.state.kind, state.kind);
  counts.move(row, detailKey(row), detailKey(after));
  if (tally === undefined) await counts.write(ctx);
  const kind = EVENTS[state.kind];
  if (kind !== undefined && state.kind !== row.state.kind) {
    const told = { subject: subjectOf(row), payload: payloadOf(after), knownBy: tally?.knownBy };
    const event = { orgId: row.orgId, kind, ...told };
    await emitIfWanted(ctx, event, tally?.listenersOf(row.orgId));
  }
  return after;
}

/** Gives a message up, by `rule`: it becomes a dead letter that a person may look at (product.md C-25). */
export async function giveUp(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  rule: string,
  failure: Failure,
  tally?: Tally,
): Promise<void> {
  const at = Date.now();
  await setState(ctx, row, { kind: "dead", at, failure }, { deadAt: at, deadReason: rule }, tally);
}

// Under which further key a state is counted: dead letters by their reason and connection, held messages by their pause.
function detailKey({
  state,
  deadReason,
  connectionId,
}: Doc<"messageQueue">): `dead:${string}` | `held:${string}` | null {
  if (state.kind === "held") return `held:${state.pauseId}`;
  return state.kind === "dead" && deadReason !== undefined ? `dead:${deadReason}:${connectionId ?? ""}` : null;
}

/** True while a provider may have the message although it waits: the answer to a try was lost. */
export function isInDoubt({ doubtSince }: Pick<Doc<"messageQueue">, "doubtSince">): boolean {
  return doubtSince !== undefined;
}

/** Ends the tries of a message that may have left: a person decides what became of it (design rule 4). */
export async function leaveToPerson(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  { stage, rule, reason, inputs }: { stage: string; rule: string; reason: string; inputs?: Inputs },
  tally?: Tally,
): Promise<void> {
  await recordDecision(ctx, row, { stage, rule, outcome: "unknown", inputs: { ...inputs, reason } });
  await setState(ctx, row, { kind: "unknown", at: Date.now(), reason }, {}, tally);
}

/** True while a provider has been called and has not answered yet; false also for a message that is gone. */
export async function isSending(ctx: QueryCtx, queueId: Id<"messageQueue">): Promise<boolean> {
  return (await ctx.db.get("messageQueue", queueId))?.state.kind === "sending";
}

/** True while a message waits for its time or for a member: it may be moved, changed and taken back. */
export function isWaiting(state: MessageState): boolean {
  return state.kind === "pending" || state.kind === "held";
}

/** Records who allowed a message to ignore preferences, hours and caps, and why: with the message and in the audit. */
export async function recordEmergency(
  ctx: MutationCtx,
  row: Pick<Doc<"messageQueue">, "_id" | "orgId">,
  { memberId, reason }: NonNullable<Doc<"messageQueue">["emergency"]>,
): Promise<void> {
  await requireMemberOf(ctx, row.orgId, memberId);
  await recordDecision(ctx, row, {
    stage: "emergency",
    rule: "member",
    outcome: "allowed",
    inputs: { memberId, reason },
  });
  await record(ctx, {
    orgId: row.orgId,
    actor: { kind: "member", memberId },
    action: "message.emergency_allowed",
    subject: { table: "messageQueue", id: row._id },
    details: { reason },
  });
}

/** What an event about a message is about: its person, and what it belongs to. */
export function subjectOf({
  _id,
  contactId,
  source,
}: Pick<Doc<"messageQueue">, "_id" | "contactId" | "source">): EventSubject {
  const subject = { queueId: _id, contactId };
  switch (source.kind) {
    case "sequence":
      return { ...subject, bookingId: source.bookingId };
    case "agent":
    case "system":
      return { ...subject, threadId: source.threadId, messageId: source.messageId };
    case "api":
    case "test":
      return subject;
  }
}

function payloadOf({ state, channel, routedChannel }: Doc<"messageQueue">): Doc<"domainEvents">["payload"] {
  const payload = { channel: routedChannel ?? channel, at: "at" in state ? state.at : null };
  if ("failure" in state) return { ...payload, reason: state.failure.reason, class: state.failure.class };
  return "reason" in state ? { ...payload, reason: state.reason } : payload;
}
