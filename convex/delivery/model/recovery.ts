import { internal } from "../../_generated/api";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { MINUTE_MS } from "../../lib/time";
import { recordDecision, setState } from "../model";
import { recoveryOf, type Recovery } from "../recovery";
import { policyFor } from "../retryPolicy";
import { SHARD_COUNT } from "../hash";
import { LANES } from "../schema";
import type { Settings } from "../settings/schema";
import { attemptUnderWay, closeAttempt, type Attempt } from "./attempts";
import { Batch } from "./batch";
import { LEASE_MS } from "./lease";
import type { AttemptKey } from "./outgoing";
import { ensureWakeUp, restoreWakeUp, type Queue } from "./wakeUps";

/** Expired leases one transaction deals with; a crash leaves a few hundred at most. */
const RECOVERY_BATCH = 50;

/** A lease further ahead than any that is given was written before the clock was set back. */
const MAX_LEASE_MS = 15 * MINUTE_MS;

/**
 * Deals with an attempt whose answer was lost (design rule 4): sends again where that cannot double the message, asks a
 * provider that can be asked, sends again marked where twice is better than never, else leaves it to a person. Every case
 * is in the message's history. The caller flushes the batch.
 */
export async function recoverLost(
  batch: Batch,
  row: Doc<"messageQueue">,
  attempt: Attempt,
  { reason, dueAt = batch.now }: { reason: string; dueAt?: number },
): Promise<void> {
  const { ctx, now } = batch;
  const { provider, number } = attempt;
  const doubtSince = row.doubtSince ?? attempt.startedAt;
  const recovery = await recoveryFor(batch, row, { ...attempt, doubtSince });
  const inputs = { reason, provider, attempt: number, purpose: row.purpose };
  const decide = (outcome: string) =>
    recordDecision(ctx, row, { stage: "recovery", rule: recovery.kind, outcome, inputs });
  switch (recovery.kind) {
    case "ask_provider":
      await decide("asks");
      return await askProvider(batch, row, attempt);
    case "ask_person":
      await decide("unknown");
      await closeAttempt(ctx, row, attempt, { kind: "lost", resent: false }, now);
      await setState(ctx, row, { kind: "unknown", at: now, reason: recovery.reason }, {}, batch.tally);
      return;
    case "resend_safely":
      await decide("resent");
      return await resend(batch, row, attempt, { dueAt, doubtSince });
    case "resend_marked":
      await decide("resent");
      return await resend(batch, row, attempt, { dueAt, doubtSince: undefined, mayBeDuplicate: true });
  }
}

/** What follows a lost answer of a message by the facts there are now. `connectionId` says who was asked. */
export async function recoveryFor(
  batch: Batch,
  row: Doc<"messageQueue">,
  lost: Pick<Attempt, "connectionId" | "provider" | "number" | "wasAsked"> & { doubtSince: number },
): Promise<Recovery> {
  const connection = (await batch.account(lost.connectionId))?.connection ?? null;
  const { channelSettings, trackingSettings, deliverySettings } = (await batch.desk(row.orgId)).settings;
  return recoveryOf({
    provider: lost.provider,
    connection: connection === null ? "removed" : isOn(connection, channelSettings) ? "on" : "off",
    setting: connection?.settings.resendAfterLostAnswer,
    purpose: row.purpose,
    attempts: lost.number - row.countsFromAttempt + 1,
    doubtMs: batch.now - lost.doubtSince,
    policy: policyFor(deliverySettings.retryPolicies, row),
    wasAsked: lost.wasAsked,
    tracking: trackingSettings.deliveryTracking,
  });
}

function isOn({ isEnabled, channel }: Doc<"connections">, settings: Settings["channelSettings"]): boolean {
  return isEnabled && settings[channel].isEnabled;
}

async function resend(
  batch: Batch,
  row: Doc<"messageQueue">,
  attempt: Attempt,
  changes: Pick<Doc<"messageQueue">, "dueAt" | "doubtSince"> & { mayBeDuplicate?: true },
): Promise<void> {
  const { ctx, now } = batch;
  await closeAttempt(ctx, row, attempt, { kind: "lost", resent: true }, now);
  await setState(ctx, row, { kind: "pending" }, changes, batch.tally);
  await ensureWakeUp(ctx, row, changes.dueAt);
}

// The lease goes on while the provider is asked: should the asking die too, it ends and recovery decides without.
async function askProvider({ ctx, now, tally }: Batch, row: Doc<"messageQueue">, attempt: Attempt): Promise<void> {
  const { number, provider, startedAt, route } = attempt;
  const leaseUntil = now + LEASE_MS;
  const state = { kind: "sending", attempt: number, provider, startedAt, leaseUntil, route, isAsking: true } as const;
  await setState(ctx, row, state, {}, tally);
  const asked = { queueId: row._id, attempt: number };
  await ctx.scheduler.runAfter(0, internal.delivery.nodeJobs.askProvider, asked);
}

/** What a provider says about a message whose answer was lost. */
export type Finding =
  { kind: "found"; providerMessageId: string } | { kind: "absent" } | { kind: "cannot_say"; reason: string };

/**
 * Applies a provider's word. It has the message: sent. It does not: sent again, safely. It cannot say: decided as if it had
 * not been asked. Nothing when the message has moved on meanwhile.
 */
export async function recordFinding(ctx: MutationCtx, key: AttemptKey, finding: Finding): Promise<void> {
  const batch = new Batch(ctx);
  const row = await ctx.db.get("messageQueue", key.queueId);
  const attempt = row === null ? null : attemptUnderWay(row, key.attempt);
  if (row === null || attempt === null || !attempt.wasAsked) return;
  const inputs = { provider: attempt.provider, attempt: attempt.number };
  const told = "reason" in finding ? { ...inputs, reason: finding.reason } : inputs;
  await recordDecision(ctx, row, { stage: "recovery", rule: "provider_asked", outcome: finding.kind, inputs: told });
  switch (finding.kind) {
    case "found": {
      const { providerMessageId } = finding;
      await closeAttempt(ctx, row, attempt, { kind: "accepted", providerMessageId }, batch.now);
      await setState(ctx, row, { kind: "sent", at: batch.now }, { providerMessageId }, batch.tally);
      break;
    }
    case "absent":
      await resend(batch, row, attempt, { dueAt: batch.now, doubtSince: undefined });
      break;
    case "cannot_say":
      await recoverLost(batch, row, attempt, { reason: finding.reason });
  }
  await batch.flush();
}

/** Recovers messages whose sender died with its lease. Returns true when there may be more. */
export async function recoverExpired(ctx: MutationCtx): Promise<boolean> {
  const batch = new Batch(ctx);
  let left = RECOVERY_BATCH;
  for (const lane of LANES) {
    for (let shard = 0; shard < SHARD_COUNT && left > 0; shard++) {
      left -= await recoverQueue(batch, { lane, shard }, left);
    }
  }
  await batch.flush();
  return left === 0;
}

/** More than a queue can have under way: its window, and as many more for senders that overlap. */
const MAX_UNDER_WAY = 500;

async function recoverQueue(batch: Batch, { lane, shard }: Queue, limit: number): Promise<number> {
  const { ctx, now } = batch;
  const underWay = await ctx.db
    .query("messageQueue")
    .withIndex("by_due", (q) => q.eq("lane", lane).eq("shard", shard).eq("state.kind", "sending"))
    .take(MAX_UNDER_WAY);
  let recovered = 0;
  for (const row of underWay) {
    if (recovered === limit) break;
    if (row.state.kind !== "sending") continue;
    const attempt = attemptUnderWay(row, row.state.attempt);
    const leftMs = row.state.leaseUntil - now;
    if (leftMs > MAX_LEASE_MS) {
      // The clock was set back: nobody knows how old the lease is. It begins anew, once.
      await ctx.db.patch("messageQueue", row._id, { state: { ...row.state, leaseUntil: now + LEASE_MS } });
    } else if (leftMs <= 0 && attempt !== null) {
      await recoverLost(batch, row, attempt, { reason: "the lease ran out before the answer was recorded" });
      recovered += 1;
    }
  }
  return recovered;
}

/** Sets wake-ups again that were lost, for every queue there is. */
export async function restoreWakeUps(ctx: MutationCtx): Promise<void> {
  const now = Date.now();
  for (const lane of LANES) {
    for (let shard = 0; shard < SHARD_COUNT; shard++) await restoreWakeUp(ctx, { lane, shard }, now);
  }
}
