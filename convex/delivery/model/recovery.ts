import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { recordDecision, setState } from "../model";
import { recoveryOf } from "../recovery";
import { SHARD_COUNT } from "../hash";
import { LANES } from "../schema";
import { ensureWakeUp, restoreWakeUp } from "./wakeUps";

/** Expired leases one transaction deals with; a crash leaves a few hundred at most. */
const RECOVERY_BATCH = 50;

/**
 * Deals with an attempt whose answer was lost (design rule 4): sends again where that cannot double the message or where
 * the connection prefers twice to never, else leaves it to a person. Every case is in the message's history.
 */
export async function recoverLost(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  attempt: Doc<"attempts">,
  reason: string,
): Promise<void> {
  const now = Date.now();
  const connection = await ctx.db.get("connections", attempt.connectionId);
  const recovery = recoveryOf({
    provider: attempt.provider,
    setting: connection?.settings.resendAfterLostAnswer,
    purpose: row.purpose,
    attempts: attempt.number - row.countsFromAttempt + 1,
  });
  const resent = recovery.kind !== "ask_person";
  await ctx.db.patch("attempts", attempt._id, { outcome: { kind: "lost", resent }, endedAt: now });
  const inputs = { reason, provider: attempt.provider, attempt: attempt.number, purpose: row.purpose };
  await recordDecision(ctx, row, {
    stage: "recovery",
    rule: recovery.kind,
    outcome: resent ? "resent" : "unknown",
    inputs,
  });
  if (recovery.kind === "ask_person") {
    await setState(ctx, row, { kind: "unknown", at: now, reason: recovery.reason });
    return;
  }
  const mayBeDuplicate = row.mayBeDuplicate || recovery.kind === "resend_marked";
  await setState(ctx, row, { kind: "pending" }, { dueAt: now, mayBeDuplicate });
  await ensureWakeUp(ctx, row, now);
}

/** Recovers messages whose sender died with its lease. Returns true when there may be more. */
export async function recoverExpired(ctx: MutationCtx): Promise<boolean> {
  const expired = await ctx.db
    .query("messageQueue")
    .withIndex("by_lease", (q) => q.eq("state.kind", "sending").lte("state.leaseUntil", Date.now()))
    .take(RECOVERY_BATCH);
  for (const row of expired) {
    const attempt = row.state.kind === "sending" ? await ctx.db.get("attempts", row.state.attemptId) : null;
    if (attempt !== null) await recoverLost(ctx, row, attempt, "the lease ran out before the answer was recorded");
  }
  return expired.length === RECOVERY_BATCH;
}

/** Sets wake-ups again that were lost, for every queue there is. */
export async function restoreWakeUps(ctx: MutationCtx): Promise<void> {
  const now = Date.now();
  for (const lane of LANES) {
    for (let shard = 0; shard < SHARD_COUNT; shard++) await restoreWakeUp(ctx, { lane, shard }, now);
  }
}
