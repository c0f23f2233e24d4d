import { Temporal } from "temporal-polyfill";
import { startOf } from "../grains";
import { PERIODS, type Period, type TeamGrain } from "./periods";

/** The start of the stretch an instant lies in, UTC ms: midnight of `zone`, of a Monday or of the first of a month. */
export function stretchStart(grain: TeamGrain, instant: number, zone: string): number {
  if (grain !== "month") return startOf(grain, instant, zone);
  return dateOf(instant, zone).with({ day: 1 }).toZonedDateTime(zone).epochMilliseconds;
}

/** The starts of the stretches of a period that ends with the one `now` lies in, oldest first. */
export function stretchesOf(period: Period, now: number, zone: string): number[] {
  const { grain, count } = PERIODS[period];
  const last = dateOf(stretchStart(grain, now, zone), zone);
  return Array.from({ length: count }, (_, index) => {
    const steps = count - 1 - index;
    const back = grain === "month" ? { months: steps } : { days: grain === "week" ? 7 * steps : steps };
    return last.subtract(back).toZonedDateTime(zone).epochMilliseconds;
  });
}

function dateOf(instant: number, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDate();
}
