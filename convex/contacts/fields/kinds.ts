/** What a value of an attribute may be. A date is "2026-05-12", a choice one of the options. */
export const FIELD_KINDS = ["text", "number", "boolean", "date", "choice"] as const;
