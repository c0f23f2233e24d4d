import type { MessageState } from "../delivery/schema";
import type { DeliveryStatus } from "./deliveryStatuses";

// What the timeline shows of a queued message (requirement S1, delivery_status). Pure.

/**
 * Which status may follow which. Upwards only; a failure may follow `sent`, and what arrives after a failure (a person
 * sent it again) replaces it. Proof of arrival is never taken back (product.md 2.2 no. 22).
 */
const FOLLOWS: Record<DeliveryStatus, readonly DeliveryStatus[]> = {
  pending: ["sent", "delivered", "read", "failed", "bounced"],
  sent: ["delivered", "read", "failed", "bounced"],
  failed: ["sent", "delivered", "read", "bounced"],
  bounced: ["sent", "delivered", "read"],
  delivered: ["read"],
  read: [],
};

/** The S1 status of a queue state, and why it failed when it did. */
export function statusOfState(state: MessageState): { status: DeliveryStatus; reason?: string } {
  switch (state.kind) {
    case "pending":
    case "held":
    case "sending":
    case "unknown":
      return { status: "pending" };
    case "sent":
    case "delivered":
    case "read":
      return { status: state.kind };
    case "bounced":
      return { status: "bounced", reason: state.failure.reason };
    case "failed":
    case "dead":
      return { status: "failed", reason: state.failure.reason };
    case "skipped":
    case "cancelled":
      return { status: "failed", reason: state.reason };
  }
}

/** True when `next` says more than `current`: late and repeated reports change nothing. */
export function mayFollow(current: DeliveryStatus, next: DeliveryStatus): boolean {
  return FOLLOWS[current].includes(next);
}
