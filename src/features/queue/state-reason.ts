import type { QueueState } from "../../lib/api-types";

/** Why a message ended as it did: a reason code or a provider's words; null while there is nothing to explain. */
export function stateReason(state: QueueState): string | null {
  switch (state.kind) {
    case "bounced":
    case "failed":
    case "dead":
      return state.failure.code === undefined ? state.failure.reason : `${state.failure.code}: ${state.failure.reason}`;
    case "held":
    case "unknown":
    case "skipped":
    case "cancelled":
      return state.reason;
    case "pending":
    case "sending":
    case "sent":
    case "delivered":
    case "read":
      return null;
  }
}
