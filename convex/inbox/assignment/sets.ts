// Closed sets of assignment. Pure: the browser lists them too.

export const RULE_HOURS = ["open", "closed"] as const;
export type RuleHours = (typeof RULE_HOURS)[number];

/** Why a rule was not followed: a condition that did not hold, or a target that cannot be given anything. */
export const MISSES = [
  "channel",
  "channelId",
  "threadType",
  "priority",
  "tag",
  "accountId",
  "language",
  "hours",
  "target_away",
  "target_suspended",
  "target_full",
  "target_archived",
] as const;
export type Miss = (typeof MISSES)[number];

/** Why a person of a team was not given it. */
export const PASSED_OVER = ["suspended", "away", "offline", "full", "skills"] as const;
export type PassedOverBecause = (typeof PASSED_OVER)[number];
