// Closed sets of sorting. Pure: the browser lists them too.

/** Where the words of a rule are looked for; absent: in both. */
export const WORD_PLACES = ["subject", "text"] as const;

/** The condition of a rule that did not hold. */
export const SORTING_MISSES = [
  "channel",
  "channelId",
  "accountId",
  "language",
  "hasFiles",
  "senders",
  "words",
] as const;
export type SortingMiss = (typeof SORTING_MISSES)[number];
