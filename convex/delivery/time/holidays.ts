import { Temporal } from "temporal-polyfill";

// Public holidays of a whole country: on regional ones people elsewhere are at work. Pure.

export const HOLIDAY_COUNTRIES = ["DE", "AT", "CH", "NL", "US"] as const;
export type HolidayCountry = (typeof HOLIDAY_COUNTRIES)[number];

/** Easter Sunday of a year as ISO date (Gregorian computus after Meeus, Jones and Butcher). */
export function easterSunday(year: number): string {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return isoDate(year, Math.floor(f / 31), (f % 31) + 1);
}

type Fixed = readonly [month: number, day: number];

/** Days after Easter Sunday. */
const GOOD_FRIDAY = -2;
const EASTER_MONDAY = 1;
const ASCENSION = 39;
const WHIT_MONDAY = 50;
const CORPUS_CHRISTI = 60;

const RULES: Record<HolidayCountry, { fixed: readonly Fixed[]; afterEaster: readonly number[] }> = {
  DE: {
    fixed: [
      [1, 1],
      [5, 1],
      [10, 3],
      [12, 25],
      [12, 26],
    ],
    afterEaster: [GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY],
  },
  AT: {
    fixed: [
      [1, 1],
      [1, 6],
      [5, 1],
      [8, 15],
      [10, 26],
      [11, 1],
      [12, 8],
      [12, 25],
      [12, 26],
    ],
    afterEaster: [EASTER_MONDAY, ASCENSION, WHIT_MONDAY, CORPUS_CHRISTI],
  },
  // 1 August by federal law; the others are kept in all or nearly all cantons.
  CH: {
    fixed: [
      [1, 1],
      [8, 1],
      [12, 25],
    ],
    afterEaster: [GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY],
  },
  NL: {
    fixed: [
      [1, 1],
      [12, 25],
      [12, 26],
    ],
    afterEaster: [0, EASTER_MONDAY, ASCENSION, WHIT_MONDAY],
  },
  // Federal holidays with a fixed date; the others follow the weekday.
  US: {
    fixed: [
      [1, 1],
      [6, 19],
      [7, 4],
      [11, 11],
      [12, 25],
    ],
    afterEaster: [],
  },
};

const MONDAY = 1;
const THURSDAY = 4;

/** True when `date` (ISO) is a public holiday all over the country. */
export function isHoliday(country: HolidayCountry, date: string): boolean {
  const { year, month, day } = Temporal.PlainDate.from(date);
  const { fixed, afterEaster } = RULES[country];
  if (fixed.some(([fixedMonth, fixedDay]) => fixedMonth === month && fixedDay === day)) return true;
  if (country === "US" && movableFederalHolidays(year).includes(date)) return true;
  if (country === "NL" && date === kingsDay(year)) return true;
  const easter = Temporal.PlainDate.from(easterSunday(year));
  return afterEaster.some((days) => easter.add({ days }).toString() === date);
}

function movableFederalHolidays(year: number): string[] {
  const memorialDay = Temporal.PlainDate.from(nthWeekday(year, 6, MONDAY, 1))
    .subtract({ days: 7 })
    .toString();
  return [
    nthWeekday(year, 1, MONDAY, 3),
    nthWeekday(year, 2, MONDAY, 3),
    memorialDay,
    nthWeekday(year, 9, MONDAY, 1),
    nthWeekday(year, 10, MONDAY, 2),
    nthWeekday(year, 11, THURSDAY, 4),
  ];
}

/** 27 April, a day earlier when that is a Sunday. */
function kingsDay(year: number): string {
  const day = Temporal.PlainDate.from(isoDate(year, 4, 27));
  return (day.dayOfWeek === 7 ? day.subtract({ days: 1 }) : day).toString();
}

function nthWeekday(year: number, month: number, weekday: number, nth: number): string {
  const first = Temporal.PlainDate.from(isoDate(year, month, 1));
  const days = ((weekday - first.dayOfWeek + 7) % 7) + 7 * (nth - 1);
  return first.add({ days }).toString();
}

function isoDate(year: number, month: number, day: number): string {
  return Temporal.PlainDate.from({ year, month, day }).toString();
}
