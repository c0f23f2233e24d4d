import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { recordDecision, setState } from "../model";
import { afterRefusal, policyFor } from "../retryPolicy";
import type { Failure, MessageState } from "../schema";
import { attemptUnderWay, closeAttempt, endedAttempt } from "./attempts";
import { Batch } from "./batch";
import { chooseRoute } from "./decide";
import { ensureWakeUp } from "./wakeUps";

/** A provider's word, after it had accepted a message, that WhatsApp's window was closed and nothing arrived. */
export type ClosedWindowReport = {
  connectionId: Id<"connections">;
  providerMessageId?: string;
  /** Of class `window_closed`. */
  failure: Failure;
};

/** States of a message that its provider has, or may have. One that arrived is not called back by a late report. */
const MAY_BE_CLOSED: readonly MessageState["kind"][] = ["pending", "held", "sending", "sent", "unknown"];

/**
 * Goes on with a message that its provider accepted and gave back (Meta 131047, Twilio 63016; product.md 2.2 no. 37): as a
 * template of the same purpose where one is approved, else on the next channel; without either it has failed. False, and
 * nothing written, when the report is about another try, or about one that was given back already.
 */
export async function fallBackFromClosedWindow(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  report: ClosedWindowReport,
): Promise<boolean> {
  const { connectionId, providerMessageId, failure } = report;
  const isThisTry =
    row.connectionId === connectionId && (row.providerMessageId ?? providerMessageId) === providerMessageId;
  if (!isThisTry || !MAY_BE_CLOSED.includes(row.state.kind)) return false;
  const batch = new Batch(ctx);
  const number = await endTry(batch, row, failure);
  if (number === null) return false;
  const returnedIds = [...(row.returnedIds ?? []), ...(providerMessageId === undefined ? [] : [providerMessageId])];
  const asItIs = { ...row, state: { kind: "pending" }, doubtSince: undefined } as const;
  const way = await otherWay(batch, asItIs, { failure, number });
  const inputs = { attempt: number, code: failure.code ?? null, reason: failure.reason, next: way ?? null };
  const outcome = way === null ? "failed" : "falls_back";
  await recordDecision(ctx, row, { stage: "receipt", rule: "window_closed", outcome, inputs });
  const changes = { returnedIds, providerMessageId: undefined, doubtSince: undefined };
  if (way === null) {
    await setState(ctx, row, { kind: "failed", at: batch.now, failure }, changes, batch.tally);
  } else {
    await setState(ctx, row, { kind: "pending" }, { ...changes, dueAt: batch.now }, batch.tally);
    await ensureWakeUp(ctx, row, batch.now);
  }
  await batch.flush();
  return true;
}

/** True for a report about a try that was given back: what is said of it now changes nothing. */
export function isAboutReturnedTry(
  { returnedIds = [] }: Pick<Doc<"messageQueue">, "returnedIds">,
  providerMessageId: string | undefined,
): boolean {
  return providerMessageId !== undefined && returnedIds.includes(providerMessageId);
}

// The try counts as refused from now on: the router asks for a template then, and looks at others.
async function endTry({ ctx, now }: Batch, row: Doc<"messageQueue">, failure: Failure): Promise<number | null> {
  const number = row.attemptCount;
  const underWay = attemptUnderWay(row, number);
  if (underWay !== null) {
    await closeAttempt(ctx, row, underWay, { kind: "refused", failure }, now);
    return number;
  }
  const ended = await endedAttempt(ctx, row._id, number);
  if (ended === null || ended.outcome.kind === "refused") return null;
  await ctx.db.patch("attempts", ended._id, { outcome: { kind: "refused", failure } });
  return number;
}

async function otherWay(
  batch: Batch,
  row: Doc<"messageQueue">,
  { failure, number }: { failure: Failure; number: number },
): Promise<string | null> {
  const { settings } = await batch.desk(row.orgId);
  const next = afterRefusal({
    failure,
    attempts: number - row.countsFromAttempt + 1,
    firstStartedAt: batch.now,
    now: batch.now,
    seed: `${row._id}:${number}`,
    policy: policyFor(settings.deliverySettings.retryPolicies, row),
    canSimplify: false,
  });
  if (next.kind === "give_up") return null;
  const chosen = await chooseRoute(batch, row, await batch.contact(row.orgId, row.contactId));
  switch (chosen.kind) {
    case "send": {
      const template = chosen.evidence.whatsappTemplate;
      return typeof template === "string" ? `${chosen.channel}: ${template}` : chosen.channel;
    }
    case "wait":
    case "throttled":
    case "hold":
      return chosen.kind;
    case "skip":
    case "dead":
      return null;
  }
}
