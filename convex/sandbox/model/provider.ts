import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { vSendResult } from "../../delivery/schema";
import { vChannel } from "../../lib/closedSets";
import { recordReceipt } from "../../tracking/receipts/model";
import { ANSWER_AFTER_MS, answerOf, receiptsOf, refusalOf, SLOW_ANSWER_MS } from "../behaviour";
import { noteMessage } from "../drills/model";
import { showReaction } from "./reacting";
import { behaviourOf } from "./behaviours";

/** How often a receipt waits for the message it is about, a second apart. */
const MAX_REPORT_TRIES = 90;
const REPORT_RETRY_MS = 1_000;
/** Simulated accounts one message could have been handed to. */
const MAX_ACCOUNTS = 100;

/** A send as the simulated provider receives it. */
export const vAccept = v.object({
  orgId: v.id("organisations"),
  connectionId: v.id("connections"),
  channel: vChannel,
  idempotencyKey: v.string(),
  address: v.string(),
  /** Who gets the same mail. */
  copies: v.optional(v.array(v.string())),
  name: v.string(),
  subject: v.optional(v.string()),
  text: v.string(),
  html: v.optional(v.string()),
  messageId: v.optional(v.string()),
  replyTo: v.optional(v.string()),
  from: v.optional(v.object({ address: v.string(), name: v.string() })),
  references: v.array(v.string()),
  reaction: v.optional(v.object({ to: v.string(), emoji: v.string() })),
  inReplyTo: v.optional(v.string()),
});

/** What the simulated provider answers, and how long it takes over it. */
export const vAnswer = v.object({ result: vSendResult, afterMs: v.number() });

/**
 * The simulated provider: puts the message on its device and schedules the receipts and the customer's answer, unless it
 * is told to misbehave. A key it knows is answered as accepted and puts nothing on the device again; what another account
 * of it got under that key is no business of this one.
 */
export async function acceptSend(ctx: MutationCtx, send: Infer<typeof vAccept>): Promise<Infer<typeof vAnswer>> {
  const { idempotencyKey, copies = [], reaction, inReplyTo: quotedId, ...message } = send;
  const { orgId, connectionId, channel } = send;
  const { sending, receipts, answers } = await behaviourOf(ctx, orgId, connectionId);
  await noteMessage(ctx, orgId, idempotencyKey);
  const afterMs = sending === "slow" ? SLOW_ANSWER_MS : 0;
  const refusal = refusalOf(sending);
  if (refusal !== null) return { result: refusal, afterMs };
  const providerMessageId = `sandbox-${idempotencyKey}`;
  const accepted = { kind: "accepted", providerMessageId } as const;
  if (await isKnown(ctx, { orgId, connectionId, providerMessageId })) return { result: accepted, afterMs };
  if (reaction !== undefined) {
    await showReaction(ctx, orgId, { providerMessageId: reaction.to, ourReaction: reaction.emoji });
    return { result: accepted, afterMs };
  }
  const at = Date.now();
  const shown = { ...message, quotedId, direction: "to_customer", providerMessageId, at } as const;
  const id = await ctx.db.insert("sandboxMessages", shown);
  for (const address of copies) {
    const copy = { ...message, address, name: address, providerMessageId: `${providerMessageId}:${address}` };
    await ctx.db.insert("sandboxMessages", { ...copy, direction: "to_customer", at });
  }
  for (const { kind, afterMs: delayMs } of receiptsOf(channel, receipts)) {
    const report = { orgId, connectionId, reference: idempotencyKey, providerMessageId, kind, tries: 1 };
    await ctx.scheduler.runAfter(delayMs, internal.sandbox.jobs.report, report);
  }
  const answer = channel === "webhook" ? null : answerOf(answers);
  if (answer !== null) {
    await ctx.scheduler.runAfter(ANSWER_AFTER_MS, internal.sandbox.jobs.answer, { orgId, messageId: id, text: answer });
  }
  if (sending !== "lost_answers") return { result: accepted, afterMs };
  return { result: { kind: "lost", reason: "The simulated provider's answer never arrived." }, afterMs };
}

export const vReport = v.object({
  orgId: v.id("organisations"),
  connectionId: v.id("connections"),
  reference: v.string(),
  providerMessageId: v.string(),
  kind: literals("sent", "delivered", "read", "failed"),
  tries: v.number(),
});

/** A device's report, applied as any provider's. One about a message nobody knows yet waits for it. */
export async function report(ctx: MutationCtx, receipt: Infer<typeof vReport>): Promise<void> {
  const { tries, ...about } = receipt;
  const { providerMessageId, kind } = about;
  const failure =
    kind === "failed"
      ? ({ class: "permanent", code: "undelivered", reason: "The simulated device did not take the message." } as const)
      : undefined;
  const dedupeKey = `${providerMessageId}:${kind}`;
  const outcome = await recordReceipt(ctx, { ...about, failure, at: Date.now(), dedupeKey });
  if (outcome !== "unmatched" || tries >= MAX_REPORT_TRIES) return;
  await ctx.scheduler.runAfter(REPORT_RETRY_MS, internal.sandbox.jobs.report, { ...receipt, tries: tries + 1 });
}

async function isKnown(
  ctx: QueryCtx,
  {
    orgId,
    connectionId,
    providerMessageId,
  }: Pick<Infer<typeof vReport>, "orgId" | "connectionId" | "providerMessageId">,
): Promise<boolean> {
  const sameKey = await ctx.db
    .query("sandboxMessages")
    .withIndex("by_provider_message", (q) => q.eq("orgId", orgId).eq("providerMessageId", providerMessageId))
    .take(MAX_ACCOUNTS);
  return sameKey.some((message) => message.connectionId === connectionId);
}
