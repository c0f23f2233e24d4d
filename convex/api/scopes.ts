/** What an API key may be used for. */
export const API_SCOPES = ["messages.send", "messages.read"] as const;
export type ApiScope = (typeof API_SCOPES)[number];
