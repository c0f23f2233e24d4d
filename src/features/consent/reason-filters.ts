/** What the list can be narrowed to. */
export const SUPPRESSION_REASON_FILTERS = [
  "all",
  "unsubscribed",
  "opt_out_word",
  "revocation",
  "hard_bounce",
  "soft_bounces",
  "complaint",
  "invalid_address",
  "manual",
  "imported",
  "erased",
] as const;
export type ReasonFilter = (typeof SUPPRESSION_REASON_FILTERS)[number];
