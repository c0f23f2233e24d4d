import { Temporal } from "temporal-polyfill";

// The presets of product.md 3.2, by the clock of whoever snoozes.

/** "Later today" is this far away; its name says it too. */
const LATER_HOURS = 3;
const EVENING_HOUR = 18;
const MORNING_HOUR = 8;
/** Weekdays as ISO counts them. */
const MONDAY = 1;
const SATURDAY = 6;
const DAYS_A_WEEK = 7;

type SnoozePreset = "later" | "evening" | "tomorrow" | "weekend" | "nextWeek";

/**
 * What can be chosen at an instant, with the instants (UTC ms) it would come back at. The evening only while it is to
 * come, the weekend only before it. Skipped local times move forward (product.md 4.2 rule 11).
 */
export function snoozePresets(now: number, zone: string): { preset: SnoozePreset; at: number }[] {
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  const on = (days: number, hour: number) =>
    local.toPlainDate().add({ days }).toZonedDateTime({ timeZone: zone, plainTime: { hour } }).epochMilliseconds;
  const evening = on(0, EVENING_HOUR);
  const toMonday = DAYS_A_WEEK + MONDAY - local.dayOfWeek;
  return [
    { preset: "later", at: local.add({ hours: LATER_HOURS }).epochMilliseconds },
    ...(evening > now ? [{ preset: "evening" as const, at: evening }] : []),
    { preset: "tomorrow", at: on(1, MORNING_HOUR) },
    ...(local.dayOfWeek < SATURDAY
      ? [{ preset: "weekend" as const, at: on(SATURDAY - local.dayOfWeek, MORNING_HOUR) }]
      : []),
    { preset: "nextWeek", at: on(toMonday, MORNING_HOUR) },
  ];
}
