// What a survey asks and what its answers come to. Pure; the browser reads the same file.

/** The four measures of requirement S1 (product.md A-50); all but the first make up the CSAT. */
export const MEASURES = ["nps", "speed", "channel", "resolution"] as const;
export type Measure = (typeof MEASURES)[number];

/** Answers by measure: 0 to 10 for NPS, 1 to 5 for the others. */
export type Ratings = Partial<Record<Measure, number>>;

const SCALES: Record<Measure, { min: number; max: number }> = {
  nps: { min: 0, max: 10 },
  speed: { min: 1, max: 5 },
  channel: { min: 1, max: 5 },
  resolution: { min: 1, max: 5 },
};

/** The numbers one can choose. */
export function scaleOf(measure: Measure): number[] {
  const { min, max } = SCALES[measure];
  return Array.from({ length: max - min + 1 }, (_, index) => min + index);
}

/** True for a number of the measure's scale. */
export function isRating(measure: Measure, value: number): boolean {
  return Number.isInteger(value) && value >= SCALES[measure].min && value <= SCALES[measure].max;
}

/** NPS: 9 and 10 recommend, 0 to 6 do not. CSAT: 4 and 5 are satisfied. */
const PROMOTERS_FROM = 9;
const DETRACTORS_TO = 6;
const SATISFIED_FROM = 4;
/** A grade of 1 or 2 wants somebody to look at it. */
const BAD_TO = 2;

/** True when somebody ought to look at it: would not recommend, or graded anything with 1 or 2. */
export function isBad({ nps, ...grades }: Ratings): boolean {
  if (nps !== undefined && nps <= DETRACTORS_TO) return true;
  return Object.values(grades).some((grade) => grade <= BAD_TO);
}

/** Sums that add up over any group of surveys. */
export type Tally = {
  sent: number;
  answered: number;
  promoters: number;
  detractors: number;
  npsCount: number;
  satisfied: number;
  grades: Record<Exclude<Measure, "nps">, { count: number; sum: number }>;
};

/** Nothing asked, nothing answered. */
export const EMPTY_TALLY: Tally = {
  sent: 0,
  answered: 0,
  promoters: 0,
  detractors: 0,
  npsCount: 0,
  satisfied: 0,
  grades: { speed: { count: 0, sum: 0 }, channel: { count: 0, sum: 0 }, resolution: { count: 0, sum: 0 } },
};

/** What one answer adds. */
export function tallyOf(ratings: Ratings): Tally {
  const { nps } = ratings;
  const grade = (value: number | undefined) => ({ count: value === undefined ? 0 : 1, sum: value ?? 0 });
  const { speed, channel, resolution } = ratings;
  return {
    sent: 0,
    answered: 1,
    promoters: nps !== undefined && nps >= PROMOTERS_FROM ? 1 : 0,
    detractors: nps !== undefined && nps <= DETRACTORS_TO ? 1 : 0,
    npsCount: nps === undefined ? 0 : 1,
    satisfied: [speed, channel, resolution].filter((value) => value !== undefined && value >= SATISFIED_FROM).length,
    grades: { speed: grade(speed), channel: grade(channel), resolution: grade(resolution) },
  };
}

/** Two tallies together. */
export function added(a: Tally, b: Tally): Tally {
  const grade = (key: keyof Tally["grades"]) => ({
    count: a.grades[key].count + b.grades[key].count,
    sum: a.grades[key].sum + b.grades[key].sum,
  });
  return {
    sent: a.sent + b.sent,
    answered: a.answered + b.answered,
    promoters: a.promoters + b.promoters,
    detractors: a.detractors + b.detractors,
    npsCount: a.npsCount + b.npsCount,
    satisfied: a.satisfied + b.satisfied,
    grades: { speed: grade("speed"), channel: grade("channel"), resolution: grade("resolution") },
  };
}

/** Recommending less not recommending, -100 to 100; null without answers. */
export function npsOf({ promoters, detractors, npsCount }: Tally): number | null {
  return npsCount === 0 ? null : Math.round(((promoters - detractors) / npsCount) * 100);
}

/** Share of grades that are 4 or 5, 0 to 1; null without grades. */
export function csatOf({ satisfied, grades }: Tally): number | null {
  const count = grades.speed.count + grades.channel.count + grades.resolution.count;
  return count === 0 ? null : satisfied / count;
}
