import type { StatusReceipt } from "../delivery/status";
import type { ReceiptKind } from "./schema";

/** What a report says about the message's own state. An open or a click proves arrival, not reading (providers.md 7.6). */
const STATUS_OF: Record<ReceiptKind, StatusReceipt["kind"] | null> = {
  queued: null,
  sent: "sent",
  delivered: "delivered",
  read: "read",
  opened: "delivered",
  clicked: "delivered",
  bounced: "bounced",
  failed: "failed",
  complained: null,
  unsubscribed: null,
};

/** The state a report may move the message to, or null. */
export function statusOf(kind: ReceiptKind): StatusReceipt["kind"] | null {
  return STATUS_OF[kind];
}

const SIDE_FACTS: readonly ReceiptKind[] = ["opened", "clicked", "bounced", "complained", "unsubscribed"];

/** True for reports that are kept even when they move nothing, such as a bounce after delivery (providers.md 0.3). */
export function isSideFact(kind: ReceiptKind): boolean {
  return SIDE_FACTS.includes(kind);
}
