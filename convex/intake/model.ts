import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { appError } from "../lib/errors";
import { HOUR_MS, MINUTE_MS } from "../lib/time";
import { retryDelayMs } from "./backoff";
import { isMailKind } from "./email/tooLarge";
import { queueOf, wakeQueue } from "./model/queues";
import { PROCESSORS } from "./processors";
import type { RawEventState } from "./schema";

/**
 * Bodies up to this size lie in the row, longer ones in file storage. In UTF-16 units; at most three bytes each, so a
 * row stays far below Convex's 1 MiB and a page of rows far below a transaction's read limit.
 */
export const MAX_INLINE_BODY_CHARS = 32_768;

const DAY_MS = 24 * HOUR_MS;
/** Retention of product.md C-29 and providers.md 21.3: long enough to replay, short enough to be no archive. */
const RETENTION_MS = {
  processed: 30 * DAY_MS,
  rejected: 90 * DAY_MS,
  failed: 90 * DAY_MS,
  discarded: 30 * DAY_MS,
} as const;
const PRUNE_BATCH = 100;

/** An action may run for ten minutes; what is due for longer than that and still waits has lost its job to a crash. */
const LOST_AFTER_MS = 11 * MINUTE_MS;
const SWEEP_BATCH = 100;

type NewRawEvent = Pick<Doc<"rawEvents">, "orgId" | "kind" | "sourceId" | "dedupeKey" | "body" | "cutFromBytes"> & {
  /** Given when the event is refused on arrival: it is kept but not processed. */
  state?: RawEventState;
};

/**
 * Keeps an inbound event as received and schedules its processor, unless `state` says it was rejected. The same
 * (orgId, sourceId, dedupeKey) again writes nothing and returns the first row with `isNew: false`. Throws `invalid`
 * for a text body that belongs in file storage. With `queues` the queue that has to be woken is added there for the caller,
 * who keeps several.
 */
export async function storeRawEvent(
  ctx: MutationCtx,
  { state = { kind: "received" }, ...event }: NewRawEvent,
  queues?: Set<string>,
): Promise<{ rawEventId: Id<"rawEvents">; isNew: boolean }> {
  if (event.body.kind === "text" && event.body.text.length > MAX_INLINE_BODY_CHARS) {
    throw appError("invalid", "This body is too long for a row: put it into file storage.", { field: "body" });
  }
  const known = await ctx.db
    .query("rawEvents")
    .withIndex("by_dedupe", (q) =>
      q.eq("orgId", event.orgId).eq("sourceId", event.sourceId).eq("dedupeKey", event.dedupeKey),
    )
    .first();
  if (known !== null) {
    if (event.body.kind === "file" && !sameFile(known, event.body)) await ctx.storage.delete(event.body.storageId);
    return { rawEventId: known._id, isNew: false };
  }
  const row = { ...event, state, receivedAt: Date.now() };
  if (state.kind === "received" && isReadWithOthers(event)) {
    const queue = queueOf(event);
    const rawEventId = await ctx.db.insert("rawEvents", { ...row, queue });
    if (queues === undefined) await wakeQueue(ctx, queue, gatherMsOf(event));
    else queues.add(queue);
    return { rawEventId, isNew: true };
  }
  const rawEventId = await ctx.db.insert("rawEvents", row);
  if (state.kind === "rejected") await readHead(ctx, rawEventId, event);
  if (state.kind === "received") await scheduleProcessing(ctx, rawEventId, event, 0);
  return { rawEventId, isNew: true };
}

/** The raw event. Throws `not_found` once it has been pruned. For jobs, which get ids from the dispatcher only. */
export async function requireRawEvent(ctx: QueryCtx, rawEventId: Id<"rawEvents">): Promise<Doc<"rawEvents">> {
  const event = await ctx.db.get("rawEvents", rawEventId);
  if (event === null) throw appError("not_found", "This raw event does not exist any more.");
  return event;
}

type RawEventOutcome =
  | { kind: "processed"; result: string }
  | { kind: "rejected"; code: string; reason: string; field?: string }
  | { kind: "failed"; reason: string; attempts: number };

/**
 * Records how processing ended. Call it in the transaction that wrote the facts. An event that has already been
 * processed keeps its first result; returns false then, true otherwise.
 */
export async function finishRawEvent(
  ctx: MutationCtx,
  rawEventId: Id<"rawEvents">,
  outcome: RawEventOutcome,
): Promise<boolean> {
  return await finishKnownEvent(ctx, await requireRawEvent(ctx, rawEventId), outcome);
}

/** The same for an event that was read in this transaction. */
export async function finishKnownEvent(
  ctx: MutationCtx,
  event: Doc<"rawEvents">,
  outcome: RawEventOutcome,
): Promise<boolean> {
  if (event.state.kind === "processed") return false;
  await ctx.db.patch("rawEvents", event._id, { state: { ...outcome, at: Date.now() }, queue: undefined });
  if (outcome.kind !== "processed") await readHead(ctx, event._id, event);
  return true;
}

/**
 * One attempt went wrong: `invalid` and `not_found` reject the event (another try would say the same), everything else
 * is tried again with growing delays and ends as failed, with the last reason kept.
 */
export async function recordAttempt(
  ctx: MutationCtx,
  rawEventId: Id<"rawEvents">,
  error: { code: string; message: string; field?: string },
): Promise<void> {
  const event = await requireRawEvent(ctx, rawEventId);
  if (event.state.kind !== "received") return;
  if (error.code === "invalid" || error.code === "not_found") {
    const { code, message: reason, field } = error;
    await finishRawEvent(ctx, rawEventId, { kind: "rejected", code, reason, field });
    return;
  }
  const attempts = (event.state.attempts ?? 0) + 1;
  const delayMs = retryDelayMs(attempts);
  if (delayMs === null) {
    await finishRawEvent(ctx, rawEventId, { kind: "failed", reason: error.message, attempts });
    return;
  }
  const dueAt = Date.now() + delayMs;
  await ctx.db.patch("rawEvents", rawEventId, {
    state: { kind: "received", attempts, lastError: error.message, dueAt },
    queue: undefined,
  });
  await scheduleProcessing(ctx, rawEventId, event, delayMs);
}

/** Processes a rejected or failed event once more, after its cause was removed (design rule 10). */
export async function replayRawEvent(ctx: MutationCtx, rawEventId: Id<"rawEvents">): Promise<void> {
  const event = await requireRawEvent(ctx, rawEventId);
  if (event.state.kind === "processed") throw appError("conflict", "This event has been processed already.");
  await processAlone(ctx, event);
}

/** An organisation's events that could not be used, rejected and failed, newest first, at most `limit` of each. */
export async function refusedEvents(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  limit: number,
): Promise<Doc<"rawEvents">[]> {
  const found: Doc<"rawEvents">[] = [];
  for (const kind of ["rejected", "failed"] as const) {
    const some = await ctx.db
      .query("rawEvents")
      .withIndex("by_state", (q) => q.eq("orgId", orgId).eq("state.kind", kind))
      .order("desc")
      .take(limit);
    found.push(...some);
  }
  return found.sort((a, b) => b.receivedAt - a.receivedAt);
}

/** Takes an event out of its queue and has it processed by a job of its own. */
export async function processAlone(ctx: MutationCtx, event: Doc<"rawEvents">): Promise<void> {
  await ctx.db.patch("rawEvents", event._id, { state: { kind: "received", dueAt: Date.now() }, queue: undefined });
  await scheduleProcessing(ctx, event._id, event, 0);
}

/** Counts a lost job as a failed attempt, which schedules the next one. Returns how many events were lost. */
export async function sweepLost(ctx: MutationCtx, now: number): Promise<number> {
  const overdue = now - LOST_AFTER_MS;
  const waiting = await ctx.db
    .query("rawEvents")
    .withIndex("by_kind_received", (q) => q.eq("state.kind", "received").lt("receivedAt", overdue))
    .take(SWEEP_BATCH);
  const lost = waiting.filter(({ state, receivedAt }) => {
    const dueAt = state.kind === "received" ? state.dueAt : undefined;
    return (dueAt ?? receivedAt) < overdue;
  });
  for (const event of lost) await recordAttempt(ctx, event._id, { code: "unexpected", message: "The job was lost." });
  return lost.length;
}

/** Removes one batch of events past their retention, files included. Returns true when there may be more. */
export async function pruneRawEvents(ctx: MutationCtx, now: number): Promise<boolean> {
  let isFull = false;
  for (const [kind, keepMs] of Object.entries(RETENTION_MS) as [keyof typeof RETENTION_MS, number][]) {
    const old = await ctx.db
      .query("rawEvents")
      .withIndex("by_kind_received", (q) => q.eq("state.kind", kind).lt("receivedAt", now - keepMs))
      .take(PRUNE_BATCH);
    for (const event of old) {
      if (event.body.kind === "file") await ctx.storage.delete(event.body.storageId);
      if (event.original !== undefined) await ctx.storage.delete(event.original.storageId);
      await ctx.db.delete("rawEvents", event._id);
    }
    isFull ||= old.length === PRUNE_BATCH;
  }
  return isFull;
}

function sameFile(event: Doc<"rawEvents">, body: { storageId: Id<"_storage"> }): boolean {
  return event.body.kind === "file" && event.body.storageId === body.storageId;
}

function gatherMsOf({ kind }: Pick<Doc<"rawEvents">, "kind">): number | undefined {
  const processor = PROCESSORS[kind];
  return processor.type === "mutation" ? processor.gatherMs : undefined;
}

function isReadWithOthers({ kind, body }: Pick<Doc<"rawEvents">, "kind" | "body">): boolean {
  const processor = PROCESSORS[kind];
  return processor.type === "mutation" && processor.manyRef !== undefined && body.kind === "text";
}

/** Has the list of what lies unread say who wrote about what, where a mail could not be used. */
async function readHead(
  ctx: MutationCtx,
  rawEventId: Id<"rawEvents">,
  { kind }: Pick<Doc<"rawEvents">, "kind">,
): Promise<void> {
  if (isMailKind(kind)) await ctx.scheduler.runAfter(0, internal.intake.unread.jobs.readHead, { rawEventId });
}

async function scheduleProcessing(
  ctx: MutationCtx,
  rawEventId: Id<"rawEvents">,
  { kind, body }: Pick<Doc<"rawEvents">, "kind" | "body">,
  delayMs: number,
): Promise<void> {
  const { process, processInline } = internal.intake.jobs;
  const isInline = PROCESSORS[kind].type === "mutation" && body.kind === "text";
  await ctx.scheduler.runAfter(delayMs, isInline ? processInline : process, { rawEventId });
}
