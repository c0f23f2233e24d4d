/** What an API key may be used for. */
export const API_SCOPES = [
  "messages.send",
  "messages.read",
  "threads.read",
  "threads.write",
  "tasks.read",
  "tasks.write",
  "templates.read",
  "templates.write",
  "contacts.read",
  "contacts.write",
  "bookings.read",
  "bookings.write",
] as const;
export type ApiScope = (typeof API_SCOPES)[number];
