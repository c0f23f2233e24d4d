import type { MessageState } from "../delivery/schema";
import { SKIP_REASONS, type SkipReason, type StepRunState } from "./schema";

// How a step run follows the message that was queued for it. Pure.

/**
 * The state a run has once its message is in `message` state, or null when nothing changes. Only up: what was sent stays
 * sent unless it bounced; a message that a member queued again after a failure makes its run sent.
 */
export function runStateAfter<QueueId>(
  run: StepRunState,
  queueId: QueueId & Extract<StepRunState, { kind: "planned" }>["queueId"],
  message: MessageState,
): StepRunState | null {
  switch (message.kind) {
    case "sent":
    case "delivered":
    case "read":
      return run.kind === "sent" ? null : { kind: "sent", at: message.at, queueId };
    case "bounced":
    case "failed":
    case "dead":
      return run.kind === "failed" ? null : { kind: "failed", at: message.at, queueId, reason: message.failure.reason };
    case "skipped":
      return run.kind === "planned" ? skippedBecause(message.at, message.reason) : null;
    case "cancelled":
      return run.kind === "planned" ? { kind: "cancelled", at: message.at, reason: "cancelled_by_member" } : null;
    case "pending":
    case "held":
    case "sending":
    case "unknown":
      return null;
  }
}

function skippedBecause(at: number, reason: string): StepRunState {
  const known = SKIP_REASONS.find((candidate): candidate is SkipReason => candidate === reason);
  if (known !== undefined) return { kind: "skipped", at, reason: known };
  return { kind: "skipped", at, reason: "stopped_by_delivery", detail: reason };
}
