// Dates for people. Everything goes through Intl with an explicit language and, where it matters, an explicit zone.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Below this a message is "now": seconds are noise in a list. */
const NOW_MS = 45_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The reader's own variety of a language ("en" read in Britain is "en-GB"): it orders day and month. */
function varietyOf(language: string): string {
  return navigator.languages.find((each) => each.split("-")[0] === language) ?? language;
}

function formatter(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(varietyOf(language), options);
  formatters.set(key, made);
  return made;
}

const otherFormatters = new Map<string, Intl.RelativeTimeFormat | Intl.NumberFormat>();

/** Made once: making one takes longer than formatting a hundred times with it. */
function made<F extends Intl.RelativeTimeFormat | Intl.NumberFormat>(key: string, make: () => F): F {
  const known = otherFormatters.get(key) as F | undefined;
  if (known !== undefined) return known;
  const fresh = make();
  otherFormatters.set(key, fresh);
  return fresh;
}

const relative = (language: string, options: Intl.RelativeTimeFormatOptions) =>
  made(
    `relative ${language} ${options.style} ${options.numeric}`,
    () => new Intl.RelativeTimeFormat(language, options),
  );

/** "2026-03-28" on the clock of `zone` (this browser's by default). */
export function localDate(at: number, zone?: string): string {
  return formatter("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone }).format(at);
}

/** Calendar days from `a` to `b` in `zone` (this browser's by default), counting dates and not 24-hour spans. */
export function calendarDaysBetween(a: number, b: number, zone?: string): number {
  return Math.round((Date.parse(localDate(b, zone)) - Date.parse(localDate(a, zone))) / DAY_MS);
}

/** "14:05" */
export function clock(at: number, language: string, zone?: string): string {
  return formatter(language, { hour: "2-digit", minute: "2-digit", timeZone: zone, hourCycle: "h23" }).format(at);
}

/** "14:05:09": where things happen within a minute. */
export function clockSeconds(at: number, language: string): string {
  const options = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  return formatter(language, options).format(at);
}

/** "Sat, 28 Mar 2026, 09:00"; the year is left out when it is the year of `now`. */
export function dateTime(at: number, language: string, now: number, zone?: string): string {
  return `${shortDate(at, language, now, zone)}, ${clock(at, language, zone)}`;
}

/** "Sat, 28 Mar", with the year when it differs from the year of `now`. */
export function shortDate(at: number, language: string, now: number, zone?: string): string {
  const sameYear = localDate(at, zone).slice(0, 4) === localDate(now, zone).slice(0, 4);
  return formatter(language, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: sameYear ? undefined : "numeric",
    timeZone: zone,
  }).format(at);
}

/** This browser's zone, by its IANA name. */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** "2026-03-28 08:00 UTC": the same for every reader, for tooltips and support. */
export function utcText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** Name of the day for separators: "Today", "Yesterday", else the date. */
export function dayLabel(at: number, language: string, now: number): string {
  const days = calendarDaysBetween(now, at);
  if (days === 0 || days === -1) {
    const text = relativeDay(days, language);
    return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
  }
  return shortDate(at, language, now);
}

/**
 * Short distance to `now` for list rows: "now", "5 min", "3 h", "yesterday", "Sat, 28 Mar". Future instants read
 * "in 5 min". Above a day the date says more than a count.
 */
export function relativeTime(at: number, language: string, now: number, nowWord: string): string {
  const distance = at - now;
  const size = Math.abs(distance);
  if (size < NOW_MS) return nowWord;
  const days = calendarDaysBetween(now, at);
  if (size >= DAY_MS || Math.abs(days) > 1) {
    return Math.abs(days) === 1 ? relativeDay(days, language) : shortDate(at, language, now);
  }
  if (size < HOUR_MS) return spanText(distance, Math.max(1, Math.round(size / MINUTE_MS)), "minute", language);
  if (days !== 0 && size > 12 * HOUR_MS) return relativeDay(days, language);
  return spanText(distance, Math.round(size / HOUR_MS), "hour", language);
}

function relativeDay(days: number, language: string): string {
  return relative(language, { numeric: "auto" }).format(days, "day");
}

function spanText(distance: number, amount: number, unit: "minute" | "hour", language: string): string {
  if (distance > 0) return relative(language, { style: "short" }).format(amount, unit);
  const options = { style: "unit", unit, unitDisplay: "short" } as const;
  return made(`span ${language} ${unit}`, () => new Intl.NumberFormat(language, options)).format(amount);
}
