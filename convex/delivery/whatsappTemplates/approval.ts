import type { Provider } from "../../connections/providers";
import type { ApprovalState } from "./schema";

/** Providers that list their templates with their approval; the others report by webhook or not at all. */
export const LISTING_PROVIDERS: readonly Provider[] = ["meta", "infobip"];

// What Meta, Twilio and Infobip call the state of a template (providers.md 13.3, 13.9, 13.10).
const STATE_OF: Record<string, ApprovalState> = {
  UNSUBMITTED: "draft",
  RECEIVED: "pending",
  PENDING: "pending",
  IN_APPEAL: "pending",
  APPROVED: "approved",
  REINSTATED: "approved",
  // A warning: it may still be sent.
  FLAGGED: "approved",
  REJECTED: "rejected",
  PAUSED: "paused",
  FIRST_PAUSED: "paused",
  SECOND_PAUSED: "paused",
  DISABLED: "disabled",
  PENDING_DELETION: "disabled",
  DELETED: "disabled",
  LIMIT_EXCEEDED: "disabled",
  ARCHIVED: "disabled",
};

/** Our word for a provider's state, in any case; null for one nobody listed: nothing changes then. */
export function approvalStateOf(providerState: string): ApprovalState | null {
  return STATE_OF[providerState.toUpperCase()] ?? null;
}
