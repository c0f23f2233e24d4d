import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { mayUse, requireConnection } from "../../connections/model";
import { log, reasonOf } from "../../lib/log";
import { recordDecision, setState } from "../model";
import type { Route } from "../router";
import { decideSend, type SendDecision } from "../sendChecks";
import { BatchCache, sendFacts } from "./facts";
import { takeSendToken } from "./tokens";
import { earliestPending, ensureWakeUp, consumeWakeUp, type Queue } from "./wakeUps";

/**
 * Messages of one lane and shard that may be on their way at a time. It bounds what a crash can leave in doubt: with
 * four shards at most 100 messages of a lane.
 */
export const MAX_IN_FLIGHT = 25;

/** Messages one transaction decides about; each costs some twenty reads and a few writes. */
const MAX_DECIDED = 50;

/** Rows one transaction looks at: past the messages of a throttled connection there may be others. */
const MAX_SCANNED = 200;

/**
 * How long an attempt belongs to the action that sends it. Longer than any adapter's time-outs together; short, because
 * after a crash it is the wait before recovery.
 */
export const LEASE_MS = 60_000;

/** Tokens trickle in one by one: waiting this long lets several messages go in one batch. */
const MIN_TOKEN_WAIT_MS = 250;

type SendRoute = Extract<Route<Id<"connections">>, { kind: "send" }>;

/** What became of one due message in this batch. */
type Verdict =
  | { kind: "claimed"; attemptId: Id<"attempts"> }
  | { kind: "settled" }
  /** Its connection may send no more for so long; the row is left as it is. */
  | { kind: "throttled"; waitMs: number };

/**
 * One run of a queue's dispatcher: takes due messages oldest first, checks each again, and hands those that may leave
 * to one sending action. Ends with the next wake-up set, or leaves it to the settlement of what is under way.
 */
export async function dispatchBatch(ctx: MutationCtx, queue: Queue): Promise<void> {
  const now = Date.now();
  await consumeWakeUp(ctx, queue, now);
  const room = MAX_IN_FLIGHT - (await inFlight(ctx, queue));
  const due = room <= 0 ? [] : await dueRows(ctx, queue, now);
  const cache = new BatchCache(ctx);
  const attemptIds: Id<"attempts">[] = [];
  const throttled = new Map<string, number>();
  let decided = 0;
  for (const row of due) {
    if (attemptIds.length >= room || decided >= MAX_DECIDED) break;
    const senderKey = `${row.orgId}:${row.channel}`;
    if (throttled.has(senderKey)) continue;
    const verdict = await decideRow(ctx, row, now, cache);
    decided += 1;
    if (verdict.kind === "claimed") attemptIds.push(verdict.attemptId);
    if (verdict.kind === "throttled") throttled.set(senderKey, verdict.waitMs);
  }
  if (attemptIds.length > 0) {
    await ctx.scheduler.runAfter(0, internal.delivery.nodeJobs.sendBatch, { ...queue, attemptIds });
  }
  if (attemptIds.length < room) await wakeForRest(ctx, queue, now, throttled);
}

async function inFlight(ctx: MutationCtx, { lane, shard }: Queue): Promise<number> {
  const sending = await ctx.db
    .query("messageQueue")
    .withIndex("by_due", (q) => q.eq("lane", lane).eq("shard", shard).eq("state.kind", "sending"))
    .take(MAX_IN_FLIGHT);
  return sending.length;
}

async function dueRows(ctx: MutationCtx, { lane, shard }: Queue, now: number): Promise<Doc<"messageQueue">[]> {
  return await ctx.db
    .query("messageQueue")
    .withIndex("by_due", (q) => q.eq("lane", lane).eq("shard", shard).eq("state.kind", "pending").lte("dueAt", now))
    .take(MAX_SCANNED);
}

async function wakeForRest(ctx: MutationCtx, queue: Queue, now: number, throttled: Map<string, number>) {
  const next = await earliestPending(ctx, queue);
  if (next === null) return;
  const waitMs = throttled.size === 0 ? 0 : Math.max(MIN_TOKEN_WAIT_MS, Math.min(...throttled.values()));
  await ensureWakeUp(ctx, queue, Math.max(next.dueAt, now + waitMs));
}

async function decideRow(ctx: MutationCtx, row: Doc<"messageQueue">, now: number, cache: BatchCache): Promise<Verdict> {
  const decision = await decideSafely(ctx, row, now, cache);
  switch (decision.kind) {
    case "send":
      return await claim(ctx, row, now, cache, decision);
    case "wait":
      await postpone(ctx, row, decision);
      return { kind: "settled" };
    case "skip": {
      const { rule, reason, detail } = decision;
      const inputs = { reason, detail, ...("evidence" in decision ? decision.evidence : {}) };
      await recordDecision(ctx, row, { stage: "send_check", rule, outcome: "skipped", inputs });
      await setState(ctx, row, { kind: "skipped", at: now, reason });
      return { kind: "settled" };
    }
    case "dead": {
      const { rule, failure } = decision;
      await recordDecision(ctx, row, { stage: "route", rule, outcome: "dead", inputs: { reason: failure.reason } });
      await setState(ctx, row, { kind: "dead", at: now, failure });
      return { kind: "settled" };
    }
  }
}

// One message that cannot even be decided about must not hold up the others (product.md 2.2 no. 29). Only reads happen
// in here, so nothing half-done is kept.
async function decideSafely(ctx: MutationCtx, row: Doc<"messageQueue">, now: number, cache: BatchCache) {
  try {
    return decideSend(await sendFacts(ctx, row, now, cache));
  } catch (thrown) {
    const reason = reasonOf(thrown);
    log.error("delivery.undecidable", { queueId: row._id, reason });
    return { kind: "dead", rule: "undecidable", failure: { class: "permanent", reason } } as const;
  }
}

async function postpone(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  { rule, until }: Extract<SendDecision, { kind: "wait" }>,
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

async function claim(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  now: number,
  cache: BatchCache,
  { channel, address, connectionId, rule, evidence }: SendRoute,
): Promise<Verdict> {
  const connection = await requireConnection(ctx, row.orgId, connectionId);
  const waitMs = await takeSendToken(ctx, connection, row.lane);
  if (waitMs > 0) return { kind: "throttled", waitMs };
  await mayUse(ctx, connectionId, now);
  if (connection.breaker.kind !== "closed") cache.forgetConnections(row.orgId, channel);
  const number = row.attemptCount + 1;
  const attemptId = await ctx.db.insert("attempts", {
    orgId: row.orgId,
    queueId: row._id,
    number,
    connectionId,
    provider: connection.provider,
    startedAt: now,
    outcome: { kind: "running" },
  });
  const inputs = { channel, connection: connection.name, provider: connection.provider, attempt: number, ...evidence };
  await recordDecision(ctx, row, { stage: "route", rule, outcome: channel, inputs });
  if (channel === "email") await fixMessageId(ctx, row, connection);
  const state = { kind: "sending", leaseUntil: now + LEASE_MS, attemptId } as const;
  await setState(ctx, row, state, { attemptCount: number, routedChannel: channel, connectionId, address });
  return { kind: "claimed", attemptId };
}

/** Set once, before the first try: a second try has the same Message-ID, so that mailboxes can tell it is the same. */
export async function fixMessageId(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  connection: Doc<"connections">,
): Promise<void> {
  const body = await ctx.db.get("messageBodies", row.bodyId);
  if (body === null || body.threading?.messageId !== undefined) return;
  const messageId = `sb-${row._id}@${domainOf(connection.settings.fromAddress)}`;
  await ctx.db.patch("messageBodies", body._id, { threading: { references: [], ...body.threading, messageId } });
}

function domainOf(fromAddress: unknown): string {
  const domain = typeof fromAddress === "string" ? fromAddress.split("@").at(-1) : undefined;
  return domain === undefined || domain === "" ? "switchboard.invalid" : domain;
}
