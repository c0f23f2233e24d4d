import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { requireContact } from "../contacts/model";
import { topicOfPurpose } from "../contacts/topics/model";
import { emit } from "../events/model";
import type { EventKind, EventSubject } from "../events/schema";
import type { Channel, Purpose } from "../lib/closedSets";
import { appError } from "../lib/errors";
import { requireTemplate, requireVersion } from "../templates/model";
import { fillLine } from "../templates/variables";
import { requireMemberOf } from "../orgs/model";
import { shortText, summaryOf } from "./content";
import { groupOf } from "./groups";
import { shardOf } from "./hash";
import { countMove, countNew } from "./model/counts";
import { ensureWakeUp } from "./model/wakeUps";
import type { AddressWish, Lane, MessageContent, MessageSource, MessageState, Threading } from "./schema";
import { stateAfter, type StatusReceipt } from "./status";

/** Decisions of one message: enqueue, checks, tries, receipts. More would be a loop, and the first ones tell it. */
const MAX_DECISIONS = 200;

/** A message that is to leave. */
export type NewMessage = {
  orgId: Id<"organisations">;
  lane: Lane;
  /** The wish; "best" leaves the choice to the router. */
  channel: Channel | "best";
  contactId: Id<"contacts">;
  /** Addresses that go before the contact's primary ones. */
  to?: AddressWish;
  purpose: Purpose;
  /** Key of a topic; absent: the first one of the purpose. */
  topic?: string;
  source: MessageSource;
  content: MessageContent;
  threading?: Threading;
  /** UTC ms; the past means now. */
  dueAt: number;
  /** Unique in the organisation: the same key twice is one message (product.md C-40). */
  idempotencyKey: string;
};

type Inputs = Doc<"decisions">["inputs"];

/** One line of "Why?" (design rule 6). */
export type NewDecision = { stage: string; rule: string; outcome: string; inputs?: Inputs };

/**
 * Queues a message in the caller's transaction: row, body, decision record, count, event and wake-up together. A key
 * that is known returns the first row, whatever the other fields say. Throws `not_found` for a contact or template
 * version of another organisation.
 */
export async function enqueue(
  ctx: MutationCtx,
  message: NewMessage,
): Promise<{ queueId: Id<"messageQueue">; isNew: boolean }> {
  const { orgId, lane, channel, contactId, to, purpose, source, content, threading, dueAt, idempotencyKey } = message;
  const known = await ctx.db
    .query("messageQueue")
    .withIndex("by_idempotency", (q) => q.eq("orgId", orgId).eq("idempotencyKey", idempotencyKey))
    .unique();
  if (known !== null) return { queueId: known._id, isNew: false };
  await requireContact(ctx, orgId, contactId);
  const topic = message.topic ?? (await topicOfPurpose(ctx, orgId, purpose))?.key;
  const labels = await labelsOf(ctx, message);
  const bodyId = await ctx.db.insert("messageBodies", { orgId, content, threading });
  const fields = {
    orgId,
    lane,
    channel,
    contactId,
    to,
    purpose,
    topic,
    source,
    bodyId,
    dueAt,
    idempotencyKey,
    ...labels,
  };
  const queueId = await ctx.db.insert("messageQueue", {
    ...fields,
    shard: shardOf(contactId),
    state: { kind: "pending" },
    group: groupOf("pending"),
    attemptCount: 0,
    countsFromAttempt: 1,
    mayBeDuplicate: false,
  });
  const row = await requireMessage(ctx, orgId, queueId);
  await countNew(ctx, row, "pending");
  const inputs = { lane, channel, purpose, dueAt, idempotencyKey };
  await recordDecision(ctx, row, { stage: "enqueue", rule: `source_${source.kind}`, outcome: "queued", inputs });
  await emit(ctx, { orgId, kind: "message.queued", subject: subjectOf(row) });
  await ensureWakeUp(ctx, row, dueAt);
  return { queueId, isNew: true };
}

/** Takes a message back. False when it is not waiting any more: on its way, gone, or ended. */
export async function cancelMessage(ctx: MutationCtx, queueId: Id<"messageQueue">, reason: string): Promise<boolean> {
  const row = await ctx.db.get("messageQueue", queueId);
  if (row === null || row.state.kind !== "pending") return false;
  await recordDecision(ctx, row, { stage: "cancel", rule: "source", outcome: "cancelled", inputs: { reason } });
  await setState(ctx, row, { kind: "cancelled", at: Date.now(), reason });
  return true;
}

/** Gives a waiting message another due instant. False when it is not waiting any more. */
export async function moveMessage(ctx: MutationCtx, queueId: Id<"messageQueue">, dueAt: number): Promise<boolean> {
  const row = await ctx.db.get("messageQueue", queueId);
  if (row === null || row.state.kind !== "pending") return false;
  if (row.dueAt === dueAt) return true;
  const inputs = { from: row.dueAt, to: dueAt };
  await recordDecision(ctx, row, { stage: "move", rule: "source", outcome: "moved", inputs });
  await ctx.db.patch("messageQueue", queueId, { dueAt });
  await ensureWakeUp(ctx, row, dueAt);
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
  return row === null || row.orgId !== orgId || keyOf(row) !== reference ? null : row;
}

/** The key of a message towards providers: the same for every try, another one once a person queued it again. */
export function keyOf({ _id, countsFromAttempt }: Doc<"messageQueue">): string {
  return `${_id}:${countsFromAttempt}`;
}

/**
 * Applies a provider's report. Statuses only move up (design rule 5): false, and nothing written, when it is late,
 * repeated, or the message never left.
 */
export async function applyStatus(
  ctx: MutationCtx,
  queueId: Id<"messageQueue">,
  receipt: StatusReceipt,
): Promise<boolean> {
  const row = await ctx.db.get("messageQueue", queueId);
  const next = row === null ? null : stateAfter(row.state, receipt);
  if (row === null || next === null) return false;
  const inputs = { from: row.state.kind, at: receipt.at, reason: receipt.reason ?? null };
  await recordDecision(ctx, row, { stage: "receipt", rule: "status_rank", outcome: receipt.kind, inputs });
  await setState(ctx, row, next, { providerMessageId: row.providerMessageId ?? receipt.providerMessageId });
  return true;
}

/** Why the message went as it did, oldest first. */
export async function explain(ctx: QueryCtx, queueId: Id<"messageQueue">): Promise<Doc<"decisions">[]> {
  return await ctx.db
    .query("decisions")
    .withIndex("by_message", (q) => q.eq("queueId", queueId))
    .take(MAX_DECISIONS);
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
  skipped: "message.skipped",
  cancelled: "message.cancelled",
};

/**
 * The only way a message changes its state: row, group, counts and event in one. `changes` are further fields that
 * change with it. Returns the row as it is now.
 */
export async function setState(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  state: MessageState,
  changes: Partial<Omit<Doc<"messageQueue">, "state" | "group">> = {},
): Promise<Doc<"messageQueue">> {
  const patch = { ...changes, state, group: groupOf(state.kind) };
  await ctx.db.patch("messageQueue", row._id, patch);
  await countMove(ctx, row, row.state.kind, state.kind);
  const kind = EVENTS[state.kind];
  if (kind !== undefined && state.kind !== row.state.kind) {
    await emit(ctx, { orgId: row.orgId, kind, subject: subjectOf(row), payload: payloadOf({ ...row, ...patch }) });
  }
  return { ...row, ...patch };
}

function subjectOf({ _id, contactId, source }: Doc<"messageQueue">): EventSubject {
  const subject = { queueId: _id, contactId };
  switch (source.kind) {
    case "sequence":
      return { ...subject, bookingId: source.bookingId };
    case "agent":
      return { ...subject, threadId: source.threadId, messageId: source.messageId };
    case "system":
    case "api":
      return subject;
  }
}

function payloadOf({ state, channel, routedChannel }: Doc<"messageQueue">): Doc<"domainEvents">["payload"] {
  const payload = { channel: routedChannel ?? channel, at: "at" in state ? state.at : null };
  if ("failure" in state) return { ...payload, reason: state.failure.reason, class: state.failure.class };
  return "reason" in state ? { ...payload, reason: state.reason } : payload;
}

async function labelsOf(ctx: QueryCtx, { orgId, source, content }: NewMessage) {
  if (content.kind === "finished") {
    return { subject: summaryOf(content.subject, content.text), sourceLabel: await sourceLabelOf(ctx, orgId, source) };
  }
  const version = await requireVersion(ctx, orgId, content.templateVersionId);
  const template = await requireTemplate(ctx, orgId, version.templateId);
  const subject = fillLine(version.subject, content.values, version.variables);
  return { subject: summaryOf(subject, shortText(version, content.values)), sourceLabel: template.name };
}

async function sourceLabelOf(ctx: QueryCtx, orgId: Id<"organisations">, source: MessageSource): Promise<string> {
  if (source.kind === "system") return source.name;
  if (source.kind === "api") return source.keyName;
  if (source.kind === "sequence") return source.stepId;
  const memberId = ctx.db.normalizeId("members", source.memberId);
  return memberId === null ? "agent" : (await requireMemberOf(ctx, orgId, memberId)).displayName;
}
