import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { recordFailure, recordSuccess } from "../../connections/model";
import { markAddressInvalid } from "../../contacts/model";
import { suppress } from "../../contacts/suppressions/model";
import { recordDecision, setState } from "../model";
import { afterRefusal } from "../retryPolicy";
import type { Failure, MessageState, Rendered, SendResult } from "../schema";
import { decideSend } from "../sendChecks";
import { BatchCache, sendFacts } from "./facts";
import { recoverLost } from "./recovery";
import { earliestPending, ensureWakeUp, nextWakeUpAt, type Queue } from "./wakeUps";

/** A wake-up this near will do: settlements come in quick succession, and each would move it by a moment. */
const SOON_MS = 1_000;

/** What the sending action reports about one attempt. */
export type Settlement = { attemptId: Id<"attempts">; result: SendResult; rendered?: Rendered };

/** Applies a group of results in one transaction, then sees to it that what is due goes on. */
export async function settleBatch(ctx: MutationCtx, queue: Queue, settlements: Settlement[]): Promise<void> {
  const now = Date.now();
  for (const settlement of settlements) await settleOne(ctx, settlement, now);
  const next = await earliestPending(ctx, queue);
  if (next === null) return;
  const planned = await nextWakeUpAt(ctx, queue);
  if (planned !== null && planned <= now + SOON_MS) return;
  await ensureWakeUp(ctx, queue, Math.max(now, next.dueAt));
}

async function settleOne(ctx: MutationCtx, { attemptId, result, rendered }: Settlement, now: number): Promise<void> {
  const attempt = await ctx.db.get("attempts", attemptId);
  const row = attempt === null ? null : await ctx.db.get("messageQueue", attempt.queueId);
  if (attempt === null || row === null) return;
  // An answer that comes after the lease ran out: recovery has dealt with the message, unless this is good news.
  const isCurrent = row.state.kind === "sending" && row.state.attemptId === attemptId;
  if (rendered !== undefined) await ctx.db.patch("messageBodies", row.bodyId, { rendered });
  switch (result.kind) {
    case "accepted":
      return await accepted(ctx, row, attempt, result.providerMessageId, now);
    case "refused":
      if (isCurrent) await refused(ctx, row, attempt, result.failure, now);
      return;
    case "lost":
      if (isCurrent) await recoverLost(ctx, row, attempt, result.reason);
      return;
    case "not_started":
      if (isCurrent) await released(ctx, row, attempt, now);
  }
}

const WAITS_FOR_NEWS: readonly MessageState["kind"][] = ["pending", "unknown"];

async function accepted(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  attempt: Doc<"attempts">,
  providerMessageId: string,
  now: number,
): Promise<void> {
  await closeAttempt(ctx, attempt, { kind: "accepted", providerMessageId }, now);
  await recordSuccess(ctx, attempt.connectionId, now);
  const isCurrent = row.state.kind === "sending" && row.state.attemptId === attempt._id;
  if (!isCurrent && !WAITS_FOR_NEWS.includes(row.state.kind)) return;
  await setState(ctx, row, { kind: "sent", at: now }, { providerMessageId, connectionId: attempt.connectionId });
}

async function released(ctx: MutationCtx, row: Doc<"messageQueue">, attempt: Doc<"attempts">, now: number) {
  await closeAttempt(ctx, attempt, { kind: "released" }, now);
  await setState(ctx, row, { kind: "pending" }, { dueAt: now });
}

async function refused(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  attempt: Doc<"attempts">,
  failure: Failure,
  now: number,
): Promise<void> {
  await recordFailure(ctx, attempt.connectionId, failure, now);
  await blockAddress(ctx, row, failure);
  const next = afterRefusal({
    failure,
    attempts: attempt.number - row.countsFromAttempt + 1,
    firstStartedAt: await firstStart(ctx, row),
    now,
    seed: `${row._id}:${attempt.number}`,
  });
  const retryAt = next.kind === "retry" ? next.at : undefined;
  await closeAttempt(ctx, attempt, { kind: "refused", failure, retryAt }, now);
  const inputs = { class: failure.class, code: failure.code ?? null, reason: failure.reason, attempt: attempt.number };
  if (next.kind === "retry") {
    const rule = `backoff_${failure.class}`;
    await recordDecision(ctx, row, { stage: "retry", rule, outcome: "retries", inputs: { ...inputs, at: next.at } });
    await setState(ctx, row, { kind: "pending" }, { dueAt: next.at });
    return;
  }
  if (next.kind === "reroute" && (await hasOtherRoute(ctx, row, now))) {
    await recordDecision(ctx, row, { stage: "retry", rule: "other_route", outcome: "reroutes", inputs });
    await setState(ctx, row, { kind: "pending" }, { dueAt: now });
    return;
  }
  const rule = next.kind === "give_up" ? next.rule : failure.class;
  await recordDecision(ctx, row, { stage: "retry", rule, outcome: "dead", inputs });
  await setState(ctx, row, { kind: "dead", at: now, failure });
}

async function blockAddress(ctx: MutationCtx, row: Doc<"messageQueue">, failure: Failure): Promise<void> {
  const { orgId, routedChannel: channel, address, purpose } = row;
  if (channel === undefined || address === undefined) return;
  if (failure.class === "invalid_address") await markAddressInvalid(ctx, { orgId, channel, address });
  if (failure.class === "opted_out") await suppress(ctx, { orgId, channel, address, purpose, reason: "unsubscribed" });
}

// The attempt is closed by now, so the connection that refused for good is out of the running.
async function hasOtherRoute(ctx: MutationCtx, row: Doc<"messageQueue">, now: number): Promise<boolean> {
  const decision = decideSend(await sendFacts(ctx, row, now, new BatchCache(ctx)));
  return decision.kind === "send" || decision.kind === "wait";
}

async function firstStart(ctx: MutationCtx, row: Doc<"messageQueue">): Promise<number> {
  const first = await ctx.db
    .query("attempts")
    .withIndex("by_message", (q) => q.eq("queueId", row._id).gte("number", row.countsFromAttempt))
    .first();
  return first?.startedAt ?? Date.now();
}

async function closeAttempt(
  ctx: MutationCtx,
  attempt: Doc<"attempts">,
  outcome: Doc<"attempts">["outcome"],
  now: number,
): Promise<void> {
  await ctx.db.patch("attempts", attempt._id, { outcome, endedAt: now });
}
