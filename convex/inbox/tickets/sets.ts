// Closed sets of tickets, to the letter of requirement S3. Pure: the browser imports them too.

/** Where a ticket came from (S3, "Quellen"; `voice`: product.md E-03). */
export const TICKET_SOURCES = ["wizard", "missed_call", "sms_reply", "whatsapp", "email", "manual", "voice"] as const;
export type TicketSource = (typeof TICKET_SOURCES)[number];

/** S3's flow, in its order. */
export const TICKET_STATUSES = ["NEW", "NEEDS_CALLBACK", "SCHEDULED", "IN_PROGRESS", "DONE", "CLOSED"] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

/** S3 urgency, most urgent first. */
export const URGENCIES = ["HIGH", "MED", "LOW"] as const;
export type Urgency = (typeof URGENCIES)[number];
