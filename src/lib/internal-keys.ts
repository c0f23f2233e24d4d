// Keys that the shell and the inbox show.

/** Begins a discussion of the team's, from anywhere. */
export const DISCUSSION_KEYS = "shift+d";
/** Opens a ticket without a customer, from anywhere. */
export const INTERNAL_TICKET_KEYS = "shift+i";
