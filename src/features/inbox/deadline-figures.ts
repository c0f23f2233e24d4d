import type { TFunction } from "i18next";
import { calendarDaysBetween, relativeTime } from "../../lib/time-format";

const HOUR_MS = 3_600_000;

/** From here on `relativeTime` names the day instead of counting. */
const NAMES_DAY_MS = 12 * HOUR_MS;

/** "due in 2 h", "40 min late", "late since yesterday". */
export function dueText(at: number, now: number, language: string, t: TFunction): string {
  const time = relativeTime(at, language, now, t("time.now"));
  if (at >= now) return t("inbox.due", { time });
  const namesDay = now - at > NAMES_DAY_MS && calendarDaysBetween(at, now) > 0;
  return t(namesDay ? "inbox.overdueSince" : "inbox.overdue", { time });
}
