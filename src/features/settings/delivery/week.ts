type Interval = { weekday: number; start: string; end: string };

/** Opening hours as a person says them: days with the same hours that follow each other in one. Weekdays are ISO: 1 = Monday. */
export function weekOf(intervals: readonly Interval[]): { from: number; to: number; hours: string }[] {
  const days: { from: number; to: number; hours: string }[] = [];
  for (let weekday = 1; weekday <= 7; weekday++) {
    const own = intervals
      .filter((interval) => interval.weekday === weekday)
      .sort((a, b) => (a.start < b.start ? -1 : 1));
    const hours = own.map(({ start, end }) => `${start}–${end}`).join(", ");
    const last = days.at(-1);
    if (hours === "") continue;
    if (last?.hours === hours && last.to === weekday - 1) last.to = weekday;
    else days.push({ from: weekday, to: weekday, hours });
  }
  return days;
}

/** "Mon", "Mo." */
export function weekdayName(weekday: number, language: string): string {
  // 1 January 2024 was a Monday.
  const day = new Date(Date.UTC(2024, 0, weekday));
  return new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" }).format(day);
}
