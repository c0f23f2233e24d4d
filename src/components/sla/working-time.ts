// Working time in words and figures. Pure.

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
