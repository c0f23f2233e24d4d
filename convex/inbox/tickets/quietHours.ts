import type { OpeningInterval } from "../../orgs/calendars/hours";

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const DAY_START = "00:00";
const DAY_END = "24:00";

/** The hours of every day that are not quiet, "HH:MM": quiet hours that end before they begin go over midnight. */
export function hoursOutside({ start, end }: { start: string; end: string }): OpeningInterval[] {
  if (start === end) return everyDay([[DAY_START, DAY_END]]);
  if (end < start) return everyDay([[end, start]]);
  const spans: [string, string][] = [
    [DAY_START, start],
    [end, DAY_END],
  ];
  return everyDay(spans.filter(([from, to]) => from !== to));
}

function everyDay(spans: readonly (readonly [string, string])[]): OpeningInterval[] {
  return WEEKDAYS.flatMap((weekday) => spans.map(([start, end]) => ({ weekday, start, end })));
}
