import { Temporal } from "temporal-polyfill";

// The text of <input type="datetime-local"> ("2026-10-25T02:30") and instants, by the clock of a named zone.

export function localOfInstant(at: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: "minute" });
}

/** UTC ms, or null for no valid time. Skipped times move forward, doubled ones mean the first (product.md 4.2 rule 11). */
export function instantOfLocal(text: string, zone: string): number | null {
  try {
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone, { disambiguation: "compatible" }).epochMilliseconds;
  } catch {
    return null;
  }
}
