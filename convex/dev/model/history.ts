import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { connectionsFor, requireConnection } from "../../connections/model";
import { primaryAddress, requireContact } from "../../contacts/model";
import { recordDecision, setState } from "../../delivery/model";
import { attemptUnderWay, closeAttempt, type Attempt } from "../../delivery/model/attempts";
import { messageIdFor } from "../../delivery/model/messageId";
import type { AttemptKey } from "../../delivery/model/outgoing";
import type { MessageState, Rendered } from "../../delivery/schema";
import type { Channel } from "../../lib/closedSets";
import { CONTACTS, type DemoContact } from "../data/people";

// Messages of the demo that left before the demo existed. They are queued like any other; then, in the same transaction,
// the seed takes the dispatcher's place: the message is marked as being sent at its historical time, a job renders it as
// the sending job would, and it is settled as delivered at that time and laid on its device. No provider is asked and no
// receipt is scheduled. Should the seed die in between, the lease runs out and the dispatcher takes over.

/** Long enough for the whole seed; the dispatcher keeps its hands off until then. */
const LEASE_MS = 10 * 60_000;
const SENT_AFTER_MS = 2_000;
const DELIVERED_AFTER_MS = 5_000;
/** WhatsApp shows when it was read. */
const READ_AFTER_MS = 11 * 60_000;
/** Due messages of one contact the seed looks at. */
const MESSAGES_LIMIT = 200;
/** Messages rendered by one job. */
export const BATCH_SIZE = 20;
const DECISIONS_LIMIT = 50;
const FALLBACK_ORDER = ["email", "sms", "whatsapp"] as const;

/** Takes every waiting message of a booking's people that was due by `until` out of the queue. `queuedAt` for "Why?". */
export async function beginDueMessages(
  ctx: MutationCtx,
  bookingId: Id<"bookings">,
  contactIds: Id<"contacts">[],
  { queuedAt, until }: { queuedAt: number; until: number },
): Promise<void> {
  for (const contactId of contactIds) {
    const due = await ctx.db
      .query("messageQueue")
      .withIndex("by_contact", (q) => q.eq("contactId", contactId).lte("dueAt", until))
      .take(MESSAGES_LIMIT);
    for (const row of due) {
      const isOurs = row.source.kind === "sequence" && row.source.bookingId === bookingId;
      if (isOurs && row.state.kind === "pending") await beginMessage(ctx, row, { queuedAt, sentAt: row.dueAt });
    }
  }
}

/** Marks a waiting message as being sent at `sentAt`, by the first connection of the channel it can go by. */
export async function beginMessage(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  { queuedAt, sentAt }: { queuedAt: number; sentAt: number },
): Promise<void> {
  const { channel, address } = await routeOf(ctx, row);
  const [connection] = await connectionsFor(ctx, row.orgId, channel);
  if (connection === undefined) throw new Error(`The demo has no connection for ${channel}.`);
  const { _id: connectionId, provider, name } = connection;
  const inputs = { channel, connection: name, provider, attempt: 1 };
  await backdateDecisions(ctx, row._id, { from: queuedAt, to: queuedAt, dueAt: sentAt });
  await recordDecision(ctx, row, { stage: "route", rule: "channel_wish", outcome: channel, inputs });
  const leaseUntil = Date.now() + LEASE_MS;
  const state = { kind: "sending", attempt: 1, provider, startedAt: sentAt, leaseUntil } as const;
  const messageId = channel === "email" ? messageIdFor(row, connection) : undefined;
  const route = { routedChannel: channel, connectionId, address, messageId };
  await setState(ctx, row, state, { attemptCount: 1, ...route, dueAt: sentAt });
}

async function routeOf(ctx: QueryCtx, { channel, contactId }: Doc<"messageQueue">) {
  const wished: readonly Channel[] = channel === "best" ? [] : [channel];
  for (const candidate of [...wished, ...FALLBACK_ORDER]) {
    const row = await primaryAddress(ctx, contactId, candidate);
    if (row !== null) return { channel: candidate, address: row.address };
  }
  throw new Error(`The demo contact ${contactId} has no address.`);
}

/** Attempts begun and not yet settled: at most one batch. */
export async function openAttempts(ctx: QueryCtx, orgId: Id<"organisations">): Promise<AttemptKey[]> {
  const rows = await ctx.db
    .query("messageQueue")
    .withIndex("by_org_group", (q) => q.eq("orgId", orgId).eq("group", "sending"))
    .take(BATCH_SIZE);
  return rows.flatMap(({ _id, state }) => (state.kind === "sending" ? [{ queueId: _id, attempt: state.attempt }] : []));
}

/** Settles a begun message at its historical time and lays it on its device; a bouncing address gets nothing. */
export async function settleMessage(ctx: MutationCtx, key: AttemptKey, rendered: Rendered): Promise<void> {
  const row = await ctx.db.get("messageQueue", key.queueId);
  const attempt = row === null ? null : attemptUnderWay(row, key.attempt);
  if (row === null || attempt === null) return;
  const providerMessageId = `sandbox-${row._id}:${row.countsFromAttempt}`;
  const endedAt = attempt.startedAt + SENT_AFTER_MS;
  const tookMs = SENT_AFTER_MS;
  const { priceMicros } = await requireConnection(ctx, row.orgId, attempt.connectionId);
  await closeAttempt(ctx, row, attempt, { kind: "accepted", providerMessageId }, endedAt, { tookMs, priceMicros });
  await ctx.db.patch("messageBodies", row.bodyId, { rendered });
  const state = outcomeOf(row, attempt.startedAt);
  await setState(ctx, row, state, { providerMessageId });
  for (const kind of state.kind === "read" ? (["delivered", "read"] as const) : [state.kind]) {
    const dedupeKey = `${providerMessageId}:${kind}`;
    await ctx.db.insert("receipts", { orgId: row.orgId, queueId: row._id, kind, at: state.at, dedupeKey });
  }
  const reason = "failure" in state ? state.failure.reason : null;
  const inputs = { from: "sent", at: state.at, reason };
  await recordDecision(ctx, row, { stage: "receipt", rule: "status_rank", outcome: state.kind, inputs });
  await backdateDecisions(ctx, row._id, { from: attempt.startedAt, to: state.at, dueAt: row.dueAt });
  if (state.kind !== "bounced") await layOnDevice(ctx, row, attempt, rendered, providerMessageId);
}

type Outcome = Extract<MessageState, { kind: "delivered" | "read" | "bounced" }>;

function outcomeOf({ address, routedChannel }: Doc<"messageQueue">, sentAt: number): Outcome {
  const contact = Object.values<DemoContact>(CONTACTS).find(({ email }) => email === address);
  if (contact?.bounces) {
    const failure = { class: "invalid_address", code: "550 5.1.1", reason: "The mailbox does not exist." } as const;
    return { kind: "bounced", at: sentAt + DELIVERED_AFTER_MS, failure };
  }
  // A message of a moment ago is not read in the future.
  const isRead = routedChannel === "whatsapp" && sentAt + READ_AFTER_MS <= Date.now();
  if (isRead) return { kind: "read", at: sentAt + READ_AFTER_MS };
  return { kind: "delivered", at: sentAt + DELIVERED_AFTER_MS };
}

async function layOnDevice(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  attempt: Attempt,
  rendered: Rendered,
  providerMessageId: string,
): Promise<void> {
  const { orgId, contactId, routedChannel: channel, address } = row;
  if (channel === undefined || address === undefined) return;
  const body = await ctx.db.get("messageBodies", row.bodyId);
  const { messageId = row.messageId, replyTo, references } = body?.threading ?? {};
  const { name } = await requireContact(ctx, orgId, contactId);
  await ctx.db.insert("sandboxMessages", {
    orgId,
    channel,
    address,
    name,
    direction: "to_customer",
    connectionId: attempt.connectionId,
    ...rendered,
    messageId,
    replyTo,
    references,
    providerMessageId,
    at: attempt.startedAt + DELIVERED_AFTER_MS,
  });
}

/** "Why?" of a message tells its historical times: the first lines `from`, the last one `to`. */
async function backdateDecisions(
  ctx: MutationCtx,
  queueId: Id<"messageQueue">,
  { from, to, dueAt }: { from: number; to: number; dueAt: number },
) {
  const decisions = await ctx.db
    .query("decisions")
    .withIndex("by_message", (q) => q.eq("queueId", queueId))
    .take(DECISIONS_LIMIT);
  for (const [index, decision] of decisions.entries()) {
    if (decision.at <= from) continue;
    const inputs = "dueAt" in decision.inputs ? { ...decision.inputs, dueAt } : decision.inputs;
    await ctx.db.patch("decisions", decision._id, { at: index === decisions.length - 1 ? to : from, inputs });
  }
}
