import type { Priority, ThreadChannel, ThreadStatus } from "../../lib/closedSets";
import { TICKET_STATUSES, type TicketSource, type TicketStatus, type Urgency } from "./sets";

// The one place that says what S3's words mean in S1's and back (product.md 0.1, 0.2). Pure.

const THREAD_STATUS_OF: Record<TicketStatus, ThreadStatus> = {
  NEW: "open",
  NEEDS_CALLBACK: "waiting_internal",
  SCHEDULED: "waiting_customer",
  IN_PROGRESS: "in_progress",
  DONE: "resolved",
  CLOSED: "closed",
};

const PRIORITY_OF: Record<Urgency, Priority> = { HIGH: "urgent", MED: "normal", LOW: "low" };

/** `critical` is set by people and escalations alone, `high` is less than what an emergency is given. */
const URGENCY_OF: Record<Priority, Urgency> = {
  critical: "HIGH",
  urgent: "HIGH",
  high: "MED",
  normal: "MED",
  low: "LOW",
};

const SOURCE_OF: Record<ThreadChannel, TicketSource> = {
  email: "email",
  sms: "sms_reply",
  whatsapp: "whatsapp",
  webhook: "wizard",
  internal_comment: "manual",
  internal_ticket: "manual",
};

/** The status of a conversation whose ticket has that one (product.md 0.1). */
export function threadStatusOf(status: TicketStatus): ThreadStatus {
  return THREAD_STATUS_OF[status];
}

/** The status of the ticket of a conversation; null: S3 has no word for it, the ticket stays as it is (escalated). */
export function ticketStatusOf(status: ThreadStatus): TicketStatus | null {
  return TICKET_STATUSES.find((each) => THREAD_STATUS_OF[each] === status) ?? null;
}

/** The priority that an urgency asks for (product.md 0.2). */
export function priorityOf(urgency: Urgency): Priority {
  return PRIORITY_OF[urgency];
}

/** How urgent a priority is in S3's words. */
export function urgencyOf(priority: Priority): Urgency {
  return URGENCY_OF[priority];
}

/** Where a ticket made from a conversation came from. */
export function sourceOf(channel: ThreadChannel): TicketSource {
  return SOURCE_OF[channel];
}

/** The status that follows in S3's flow; null after the last. */
export function nextStatus(status: TicketStatus): TicketStatus | null {
  return TICKET_STATUSES[TICKET_STATUSES.indexOf(status) + 1] ?? null;
}

/** True for every change but to the next status of the flow: refused without a reason, recorded with it (product.md E-04). */
export function isJump(from: TicketStatus, to: TicketStatus): boolean {
  return nextStatus(from) !== to;
}

/** False once the work is done. */
export function isOpenTicket(status: TicketStatus): boolean {
  return status !== "DONE" && status !== "CLOSED";
}
