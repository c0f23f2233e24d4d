/** How long a stretch one row of the team's figures covers. */
export const TEAM_GRAINS = ["day", "week", "month"] as const;
export type TeamGrain = (typeof TEAM_GRAINS)[number];

/** What the reports show, and the grain that makes it some thirty stretches at most: a year loads as fast as a day. */
export const PERIODS = {
  today: { grain: "day", count: 1 },
  week: { grain: "day", count: 7 },
  month: { grain: "day", count: 30 },
  quarter: { grain: "week", count: 13 },
  year: { grain: "month", count: 12 },
} as const satisfies Record<string, { grain: TeamGrain; count: number }>;
export const PERIOD_NAMES = ["today", "week", "month", "quarter", "year"] as const;
export type Period = (typeof PERIOD_NAMES)[number];
