import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { markAddressInvalid } from "../../contacts/model";
import { suppress } from "../../contacts/suppressions/model";
import { MINUTE_MS } from "../../lib/time";
import { giveUp, isInDoubt, leaveToPerson, recordDecision, setState } from "../model";
import { afterRefusal, policyFor, retryDelayMs, wordOnEarlierTry, type AfterRefusal } from "../retryPolicy";
import type { Failure, MessageState, Rendered, SendResult } from "../schema";
import type { Batch } from "./batch";
import { chooseRoute } from "./decide";
import { recoverLost } from "./recovery";
import { attemptUnderWay, closeAttempt, endedAttempt, type Attempt } from "./attempts";
import { ensureWakeUp } from "./wakeUps";

/** A provider that limits us without saying for how long gets this pause; the messages' own backoff is longer. */
const UNTOLD_PAUSE_MS = 5_000;
const SECOND_MS = 1_000;

/** What the sending action reports about one attempt. `tookMs` is the provider's time. */
export type Settlement = {
  queueId: Id<"messageQueue">;
  attempt: number;
  result: SendResult;
  /** Absent when the content went out as it was given. */
  rendered?: Rendered;
  tookMs: number;
  /** Its provider was never asked: what is wrong is ours, and says nothing about the provider. */
  isOurs?: boolean;
};

/** Applies one result. The caller flushes the batch. */
export async function settleOne(batch: Batch, settlement: Settlement): Promise<void> {
  const { ctx } = batch;
  const { queueId, attempt: number, result, rendered, tookMs } = settlement;
  const row = await ctx.db.get("messageQueue", queueId);
  if (row === null) return;
  if (rendered !== undefined) await ctx.db.patch("messageBodies", row.bodyId, { rendered });
  // An answer that comes after the lease ran out: recovery has dealt with the message, unless this is good news.
  const attempt = attemptUnderWay(row, number);
  if (result.kind === "accepted") return await accepted(batch, row, attempt, settlement, result);
  if (attempt === null) return;
  switch (result.kind) {
    case "refused":
      return await refused(batch, row, attempt, { ...settlement, failure: result.failure });
    case "lost":
      return await lost(batch, row, attempt, { tookMs, reason: result.reason });
    case "not_started":
      return await released(batch, row, attempt);
  }
}

/** States in which it is not known yet that the message left. */
const WAITS_FOR_NEWS: readonly MessageState["kind"][] = ["pending", "held", "sending", "unknown", "dead"];

async function accepted(
  batch: Batch,
  row: Doc<"messageQueue">,
  attempt: Attempt | null,
  { attempt: number, tookMs }: Settlement,
  result: Extract<SendResult, { kind: "accepted" }>,
): Promise<void> {
  const { ctx, now } = batch;
  const { providerMessageId } = result;
  const outcome = { kind: "accepted", providerMessageId } as const;
  const connectionId = attempt?.connectionId ?? (await recordLateAnswer(batch, row, number, outcome));
  const account = connectionId === null ? null : await batch.account(connectionId);
  if (attempt !== null) {
    const { segments } = result;
    const priceMicros = result.priceMicros ?? (account?.connection.priceMicros ?? 0) * (segments ?? 1);
    await closeAttempt(ctx, row, attempt, outcome, now, { tookMs, priceMicros, segments });
  }
  account?.learn({ failure: null, tookMs });
  if (connectionId === null || !WAITS_FOR_NEWS.includes(row.state.kind)) return;
  // Another try is under way meanwhile; what it comes to is recorded when its answer is there.
  const other = attempt === null && row.state.kind === "sending" ? attemptUnderWay(row, row.state.attempt) : null;
  if (other !== null) await closeAttempt(ctx, row, other, { kind: "lost", resent: false }, now);
  const changes = { providerMessageId, connectionId, deadAt: undefined, deadReason: undefined };
  await setState(ctx, row, { kind: "sent", at: now }, changes, batch.tally);
}

/**
 * An attempt that recovery gave up for lost was accepted after all, or a receipt was quicker than the answer. Returns its
 * connection, or null for no such attempt.
 */
async function recordLateAnswer(
  { ctx, now }: Batch,
  row: Doc<"messageQueue">,
  number: number,
  outcome: Extract<Doc<"attempts">["outcome"], { kind: "accepted" }>,
): Promise<Id<"connections"> | null> {
  const late = await endedAttempt(ctx, row._id, number);
  if (late === null) return null;
  const { providerMessageId } = outcome;
  if (late.outcome.kind === "refused") {
    // The report that it was given back was quicker than the acceptance: reports about it are recognised from now on.
    await ctx.db.patch("messageQueue", row._id, { returnedIds: [...(row.returnedIds ?? []), providerMessageId] });
    return null;
  }
  await ctx.db.patch("attempts", late._id, { outcome, endedAt: now });
  if (late.outcome.kind === "accepted") {
    // Reports may name the message by our key alone; from now on they are found by the provider's name for it, too.
    if (row.providerMessageId === undefined) await ctx.db.patch("messageQueue", row._id, { providerMessageId });
    return late.connectionId;
  }
  const inputs = { attempt: number, state: row.state.kind };
  await recordDecision(ctx, row, { stage: "recovery", rule: "late_answer", outcome: "accepted", inputs });
  return late.connectionId;
}

async function lost(
  batch: Batch,
  row: Doc<"messageQueue">,
  attempt: Attempt,
  { tookMs, reason }: { tookMs: number; reason: string },
): Promise<void> {
  const account = await batch.account(attempt.connectionId);
  account?.learn({ failure: { class: "transient", reason }, tookMs });
  const { deliverySettings } = (await batch.desk(row.orgId)).settings;
  const { baseSeconds, capMinutes } = deliverySettings.retryPolicies;
  const backoff = { baseMs: baseSeconds * SECOND_MS, capMs: capMinutes * MINUTE_MS };
  // A provider that does not answer is in trouble: it gets the same pauses as one that says so.
  const dueAt = batch.now + retryDelayMs(backoff, countingTries(row, attempt), seedOf(row, attempt));
  await recoverLost(batch, row, attempt, { reason, dueAt });
}

const countingTries = ({ countsFromAttempt }: Doc<"messageQueue">, { number }: Attempt) =>
  number - countsFromAttempt + 1;
const seedOf = ({ _id }: Doc<"messageQueue">, { number }: Attempt) => `${_id}:${number}`;

async function released({ ctx, now, tally }: Batch, row: Doc<"messageQueue">, attempt: Attempt): Promise<void> {
  await closeAttempt(ctx, row, attempt, { kind: "released" }, now);
  await setState(ctx, row, { kind: "pending" }, { dueAt: now }, tally);
  await ensureWakeUp(ctx, row, now);
}

async function refused(
  batch: Batch,
  row: Doc<"messageQueue">,
  attempt: Attempt,
  { failure, tookMs, isOurs = false }: { failure: Failure; tookMs: number; isOurs?: boolean },
): Promise<void> {
  const { ctx, now } = batch;
  if (!isOurs) {
    const untold = failure.class === "rate_limited" ? UNTOLD_PAUSE_MS : undefined;
    const account = await batch.account(attempt.connectionId);
    account?.learn({ failure, tookMs, pauseMs: failure.retryAfterMs ?? untold });
  }
  await blockAddress(ctx, row, failure);
  const { settings } = await batch.desk(row.orgId);
  const next = afterRefusal({
    failure,
    attempts: countingTries(row, attempt),
    firstStartedAt: await firstStart(ctx, row, attempt),
    now,
    seed: seedOf(row, attempt),
    policy: policyFor(settings.deliverySettings.retryPolicies, row),
    canSimplify:
      row.routedChannel === "email" &&
      row.simplifiedFrom === undefined &&
      settings.channelSettings.email.simplifiesOnRefusal,
  });
  const word = isOurs ? "nothing" : wordOnEarlierTry(failure);
  const mayHaveLeft = word === "taken" || (isInDoubt(row) && word === "nothing");
  const retryAt = next.kind === "retry" ? next.at : undefined;
  await closeAttempt(ctx, row, attempt, { kind: "refused", failure, retryAt }, now, { tookMs });
  // Without a word on it only the same question to the same provider is safe; where that ends a person decides.
  if (mayHaveLeft && (word === "taken" || next.kind !== "retry")) {
    const inputs = { class: failure.class, code: failure.code ?? null, attempt: attempt.number };
    const reason = `It may have left: ${failure.reason}`;
    return await leaveToPerson(ctx, row, { stage: "retry", rule: failure.class, reason, inputs }, batch.tally);
  }
  const doubtSince = mayHaveLeft ? row.doubtSince : undefined;
  await follow(batch, { ...row, doubtSince }, { attempt, failure, next });
}

async function follow(
  batch: Batch,
  row: Doc<"messageQueue">,
  { attempt, failure, next }: { attempt: Attempt; failure: Failure; next: AfterRefusal },
): Promise<void> {
  const { ctx, now, tally } = batch;
  const inputs = { class: failure.class, code: failure.code ?? null, reason: failure.reason, attempt: attempt.number };
  const again = async (rule: string, outcome: string, dueAt: number, changes: Partial<Doc<"messageQueue">> = {}) => {
    const told = dueAt === now ? inputs : { ...inputs, at: dueAt };
    await recordDecision(ctx, row, { stage: "retry", rule, outcome, inputs: told });
    await setState(ctx, row, { kind: "pending" }, { doubtSince: row.doubtSince, ...changes, dueAt }, tally);
    await ensureWakeUp(ctx, row, dueAt);
  };
  if (next.kind === "simplify") {
    return await again("simplified_content", "retries", now, { simplifiedFrom: attempt.number + 1 });
  }
  if (next.kind !== "give_up") {
    const other = await otherRoute(batch, row, attempt, next.kind);
    if (other) return await again("other_route", "reroutes", now);
    if (next.kind === "retry") return await again(`backoff_${failure.class}`, "retries", next.at);
  }
  const rule = next.kind === "give_up" ? next.rule : failure.class;
  await recordDecision(ctx, row, { stage: "retry", rule, outcome: "dead", inputs });
  await giveUp(ctx, row, rule, failure, tally);
}

/**
 * Whether the message goes on by another way now. After a refusal for good any way will do, also a later one; after a
 * passing failure only another provider of the same channel that has not failed it yet: the next one is asked first (C-05),
 * a channel is changed only when the breaker says that this one is down.
 */
async function otherRoute(
  batch: Batch,
  row: Doc<"messageQueue">,
  attempt: Attempt,
  after: "reroute" | "retry",
): Promise<boolean> {
  const contact = await batch.contact(row.orgId, row.contactId);
  // The attempt is closed by now, so what it failed at counts.
  const asItIs = { ...row, state: { kind: "pending" } as const };
  const chosen = await chooseRoute(batch, asItIs, contact);
  if (after === "reroute") return chosen.kind === "send" || chosen.kind === "wait" || chosen.kind === "throttled";
  if (chosen.kind !== "send" || chosen.channel !== row.routedChannel) return false;
  return chosen.connectionId !== attempt.connectionId && !(await wasTried(batch.ctx, row, chosen.connectionId));
}

async function wasTried(ctx: MutationCtx, row: Doc<"messageQueue">, connectionId: Id<"connections">): Promise<boolean> {
  const tried = await ctx.db
    .query("attempts")
    .withIndex("by_message", (q) => q.eq("queueId", row._id).gte("number", row.countsFromAttempt))
    .take(MAX_TRIES_READ);
  return tried.some((attempt) => attempt.connectionId === connectionId);
}

/** More tries than any retry policy allows. */
const MAX_TRIES_READ = 50;

async function blockAddress(ctx: MutationCtx, row: Doc<"messageQueue">, failure: Failure): Promise<void> {
  const { orgId, routedChannel: channel, address, purpose } = row;
  if (channel === undefined || address === undefined) return;
  if (failure.class === "invalid_address") await markAddressInvalid(ctx, { orgId, channel, address });
  if (failure.class === "opted_out") await suppress(ctx, { orgId, channel, address, purpose, reason: "unsubscribed" });
}

async function firstStart(ctx: MutationCtx, row: Doc<"messageQueue">, attempt: Attempt): Promise<number> {
  const first = await ctx.db
    .query("attempts")
    .withIndex("by_message", (q) => q.eq("queueId", row._id).gte("number", row.countsFromAttempt))
    .first();
  return first?.startedAt ?? attempt.startedAt;
}
