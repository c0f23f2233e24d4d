import type { TFunction } from "i18next";
import { calendarDaysBetween, relativeTime } from "../../lib/time-format";

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;

type Piece = { kind: string; from: number; to: number };

/** Counted minutes of the pieces from `since` on, rounded. */
export function countedMinutes(pieces: readonly Piece[], since: number): number {
  const ms = pieces.reduce(
    (sum, { kind, from, to }) => sum + (kind === "counted" ? Math.max(0, to - Math.max(from, since)) : 0),
    0,
  );
  return Math.round(ms / MINUTE_MS);
}

/** "4 h", "1 h 30 min", "20 min": working time, so never in days. */
export function durationText(minutes: number, language: string): string {
  const unit = (amount: number, name: "hour" | "minute") =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short" }).format(amount);
  const hours = Math.floor(minutes / HOUR_MINUTES);
  const rest = minutes % HOUR_MINUTES;
  if (hours === 0) return unit(rest, "minute");
  return rest === 0 ? unit(hours, "hour") : `${unit(hours, "hour")} ${unit(rest, "minute")}`;
}

/** From here on `relativeTime` names the day instead of counting. */
const NAMES_DAY_MS = 12 * HOUR_MINUTES * MINUTE_MS;

/** "due in 2 h", "40 min late", "late since yesterday". */
export function dueText(at: number, now: number, language: string, t: TFunction): string {
  const time = relativeTime(at, language, now, t("time.now"));
  if (at >= now) return t("inbox.due", { time });
  const namesDay = now - at > NAMES_DAY_MS && calendarDaysBetween(at, now) > 0;
  return t(namesDay ? "inbox.overdueSince" : "inbox.overdue", { time });
}
