import type { TFunction } from "i18next";
import en from "../locales/en.json";
import type { QueueState } from "./api-types";

type StepReason = keyof typeof en.skipReasons;
type QueueReason = keyof typeof en.why.reasons;

/** A reason code in words; what is no known code is prose already (a provider's answer) and stays as it is. */
export function reasonText(reason: string, t: TFunction): string {
  if (reason in en.skipReasons) return t(`skipReasons.${reason as StepReason}`);
  if (reason in en.why.reasons) return t(`why.reasons.${reason as QueueReason}`);
  return reason;
}

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
