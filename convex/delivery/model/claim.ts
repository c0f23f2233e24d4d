import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { Provider } from "../../connections/schema";
import { log, reasonOf } from "../../lib/log";
import { giveUp, isInDoubt, leaveToPerson, recordDecision, setState } from "../model";
import type { Route } from "../router";
import { Batch } from "./batch";
import { decideMessage, type SendDecision } from "./decide";
import { LEASE_MS } from "./lease";
import { lookAhead } from "./lookAhead";
import { messageIdFor } from "./messageId";
import { consumeWakeUp, earliestPending, ensureWakeUp, type Queue } from "./wakeUps";

/**
 * Messages of one lane and shard that may be on their way at a time: a senderful and what it takes next while the answers
 * to the first are being recorded. It bounds what a crash can leave in doubt.
 */
export const MAX_IN_FLIGHT = 50;

/** Messages one transaction decides about; each costs about ten reads and a few writes. */
const MAX_DECIDED = 100;

/** Rows one transaction looks at: past the messages of a throttled connection there may be others. */
const MAX_SCANNED = 200;

/** Tokens trickle in one by one: waiting this long lets several messages go in one batch. */
const MIN_TOKEN_WAIT_MS = 250;

type SendRoute = Extract<Route<Id<"connections">>, { kind: "send" }>;

/** What became of one due message in this batch. */
type Verdict =
  /** The row as it is from then on. */
  | { kind: "claimed"; row: Doc<"messageQueue"> }
  | { kind: "settled" }
  /** Its connection may send no more until then; the row is left as it is. */
  | { kind: "throttled"; until: number };

/** One run of a queue's dispatcher: hands due messages to one sending action, which goes on by itself from there. */
export async function dispatchBatch(ctx: MutationCtx, queue: Queue): Promise<void> {
  const batch = new Batch(ctx);
  await consumeWakeUp(ctx, queue, batch.now);
  const room = MAX_IN_FLIGHT - (await inFlight(ctx, queue));
  const claims = room <= 0 ? [] : await claimDue(batch, queue, room);
  await batch.flush();
  if (claims.length === 0) return;
  const attempts = claims.map(({ _id, attemptCount }) => ({ queueId: _id, attempt: attemptCount }));
  await ctx.scheduler.runAfter(0, internal.delivery.nodeJobs.sendBatch, { ...queue, attempts });
}

/**
 * Takes up to `room` due messages, oldest first, after checking each again; sees to it that somebody comes back for the
 * rest. The caller flushes the batch.
 */
export async function claimDue(batch: Batch, queue: Queue, room: number): Promise<Doc<"messageQueue">[]> {
  const work: Work = { claims: [], throttled: new Map(), seen: new Set(), room, decided: 0 };
  const first = await firstDueRows(batch, queue, room);
  await decideRows(batch, work, first);
  const mayBeMore = first.length === room && work.claims.length < room;
  if (mayBeMore) await decideRows(batch, work, await dueRows(batch, queue, MAX_SCANNED));
  // The head of the queue belongs to senders that must wait: others may stand behind them.
  const isBlocked = mayBeMore && work.throttled.size > 0 && work.seen.size >= MAX_SCANNED;
  if (isBlocked && work.claims.length < room) await decideRows(batch, work, await lookAhead(batch, queue, work.seen));
  // A full batch comes back when its answers are recorded.
  if (work.claims.length < room) await wakeForRest(batch, queue, work.throttled);
  return work.claims;
}

type Work = {
  claims: Doc<"messageQueue">[];
  /** Organisation and wished channel → when a token may be there. */
  throttled: Map<string, number>;
  seen: Set<string>;
  room: number;
  decided: number;
};

async function decideRows(batch: Batch, work: Work, rows: readonly Doc<"messageQueue">[]): Promise<void> {
  for (const row of rows) {
    if (work.claims.length >= work.room || work.decided >= MAX_DECIDED) return;
    if (work.seen.has(row._id)) continue;
    work.seen.add(row._id);
    // Who waits for one certain connection says nothing about the others.
    const sender = `${row.orgId}:${row.channel}:${isInDoubt(row) ? row.connectionId : ""}`;
    if (work.throttled.has(sender)) continue;
    const verdict = await decideRow(batch, row);
    work.decided += 1;
    if (verdict.kind === "claimed") work.claims.push(verdict.row);
    if (verdict.kind === "throttled") work.throttled.set(sender, verdict.until);
  }
}

async function inFlight(ctx: MutationCtx, { lane, shard }: Queue): Promise<number> {
  const sending = await ctx.db
    .query("messageQueue")
    .withIndex("by_due", (q) => q.eq("lane", lane).eq("shard", shard).eq("state.kind", "sending"))
    .take(MAX_IN_FLIGHT);
  return sending.length;
}

// A page is one round trip to the database, where a list is one a row. A function may read one page, so this is it.
async function firstDueRows(
  { ctx, now }: Batch,
  { lane, shard }: Queue,
  numItems: number,
): Promise<Doc<"messageQueue">[]> {
  const { page } = await ctx.db
    .query("messageQueue")
    .withIndex("by_due", (q) => q.eq("lane", lane).eq("shard", shard).eq("state.kind", "pending").lte("dueAt", now))
    .paginate({ numItems, cursor: null });
  return page;
}

async function dueRows({ ctx, now }: Batch, { lane, shard }: Queue, limit: number): Promise<Doc<"messageQueue">[]> {
  return await ctx.db
    .query("messageQueue")
    .withIndex("by_due", (q) => q.eq("lane", lane).eq("shard", shard).eq("state.kind", "pending").lte("dueAt", now))
    .take(limit);
}

async function wakeForRest({ ctx, now }: Batch, queue: Queue, throttled: Map<string, number>): Promise<void> {
  const next = await earliestPending(ctx, queue);
  if (next === null) return;
  const soonest = throttled.size === 0 ? now : Math.max(now + MIN_TOKEN_WAIT_MS, Math.min(...throttled.values()));
  await ensureWakeUp(ctx, queue, Math.max(next.dueAt, soonest));
}

async function decideRow(batch: Batch, row: Doc<"messageQueue">): Promise<Verdict> {
  const { ctx, now } = batch;
  const decision = await decideSafely(batch, row);
  switch (decision.kind) {
    case "send":
      return await claim(batch, row, decision);
    case "throttled":
      return { kind: "throttled", until: decision.until };
    case "wait":
      await postpone(ctx, row, decision);
      return { kind: "settled" };
    case "hold":
      await hold(batch, row, decision);
      return { kind: "settled" };
    case "unknown":
      await leaveToPerson(ctx, row, { stage: "recovery", ...decision }, batch.tally);
      return { kind: "settled" };
    case "resend_marked":
      return await decideRow(batch, await markAsDouble(ctx, row, decision.provider));
    case "skip": {
      const { rule, reason, detail } = decision;
      const inputs = { reason, detail, ...("evidence" in decision ? decision.evidence : {}) };
      await recordDecision(ctx, row, { stage: "send_check", rule, outcome: "skipped", inputs });
      await setState(ctx, row, { kind: "skipped", at: now, reason }, {}, batch.tally);
      return { kind: "settled" };
    }
    case "dead": {
      const { rule, failure } = decision;
      await recordDecision(ctx, row, { stage: "route", rule, outcome: "dead", inputs: { reason: failure.reason } });
      await giveUp(ctx, row, rule, failure, batch.tally);
      return { kind: "settled" };
    }
  }
}

type Decided = SendDecision | { kind: "dead"; rule: "undecidable"; failure: { class: "permanent"; reason: string } };

// One message that cannot even be decided about must not hold up the others (product.md 2.2 no. 29). Only reads happen
// in here, so nothing half-done is kept.
async function decideSafely(batch: Batch, row: Doc<"messageQueue">): Promise<Decided> {
  try {
    return await decideMessage(batch, row);
  } catch (thrown) {
    const reason = reasonOf(thrown);
    log.error("delivery.undecidable", { queueId: row._id, reason });
    if (isInDoubt(row)) return { kind: "unknown", rule: "undecidable", reason };
    return { kind: "dead", rule: "undecidable", failure: { class: "permanent", reason } };
  }
}

// Who may have it cannot be asked any more: from here on it is a new message that may arrive twice.
async function markAsDouble(ctx: MutationCtx, row: Doc<"messageQueue">, provider: Provider) {
  const inputs = { provider, reason: "the connection is not there any more" };
  await recordDecision(ctx, row, { stage: "recovery", rule: "resend_marked", outcome: "resent", inputs });
  const changes = { doubtSince: undefined, mayBeDuplicate: true };
  await ctx.db.patch("messageQueue", row._id, changes);
  return { ...row, ...changes };
}

async function postpone(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  { rule, until }: { rule: string; until: number },
): Promise<void> {
  const last = await ctx.db
    .query("decisions")
    .withIndex("by_message", (q) => q.eq("queueId", row._id))
    .order("desc")
    .first();
  const inputs = { until, dueAt: row.dueAt };
  // A long outage is one line of "Why?", not one a minute.
  if (last?.stage === "send_check" && last.rule === rule) {
    await ctx.db.patch("decisions", last._id, { inputs: { ...last.inputs, until } });
  } else {
    await recordDecision(ctx, row, { stage: "send_check", rule, outcome: "waits", inputs });
  }
  await ctx.db.patch("messageQueue", row._id, { dueAt: until });
}

async function hold(
  { ctx, now, tally }: Batch,
  row: Doc<"messageQueue">,
  { pauseId: id, reason, rule }: Extract<SendDecision, { kind: "hold" }>,
): Promise<void> {
  const pauseId = ctx.db.normalizeId("deliveryPauses", id) ?? ctx.db.normalizeId("personHolds", id);
  if (pauseId === null) throw new Error(`${id} holds nothing.`);
  await recordDecision(ctx, row, { stage: "hold", rule, outcome: "held", inputs: { reason, pauseId } });
  await setState(ctx, row, { kind: "held", at: now, pauseId, reason }, {}, tally);
}

async function claim(batch: Batch, row: Doc<"messageQueue">, chosen: SendRoute): Promise<Verdict> {
  const { ctx, now } = batch;
  const { channel, address, connectionId, rule, evidence } = chosen;
  const account = await batch.account(connectionId);
  if (account === null) throw new Error(`Connection ${connectionId} was chosen but is not there.`);
  // Without a token another connection of the same rank may have one: the question is asked again.
  if (!account.takeToken(row.lane)) return await decideRow(batch, row);
  account.beginProbe();
  const { connection } = account;
  const attempt = row.attemptCount + 1;
  const { name, provider } = connection;
  const inputs = { channel, connection: name, provider, attempt, ...evidence };
  const route = { rule, outcome: channel, inputs };
  const messageId = channel === "email" ? messageIdFor(row, connection) : row.messageId;
  const state = { kind: "sending", attempt, provider, startedAt: now, leaseUntil: now + LEASE_MS, route } as const;
  const changes = { attemptCount: attempt, routedChannel: channel, connectionId, address, messageId };
  return { kind: "claimed", row: await setState(ctx, row, state, changes, batch.tally) };
}
