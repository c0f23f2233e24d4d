// Keys that more than one place shows: the shell, the screen of tickets, the conversation.

/** Writes a ticket down, from anywhere. */
export const NEW_TICKET_KEYS = "shift+t";
/** Makes the open conversation a ticket, or changes its status. */
export const TICKET_KEYS = "t";
