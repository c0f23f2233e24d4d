const MICROS = 1_000_000;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

const NOTHING = "–";

/** "1,234" */
export function whole(value: number, language: string): string {
  return new Intl.NumberFormat(language).format(value);
}

/** "98.7%" of a share between 0 and 1; a dash where there is nothing to take a share of. */
export function percent(share: number | null, language: string): string {
  if (share === null) return NOTHING;
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(share);
}

/** "€12.35" of millionths. */
export function euros(micros: number, language: string): string {
  return new Intl.NumberFormat(language, { style: "currency", currency: "EUR" }).format(micros / MICROS);
}

/** "320 ms", "4.2 s", "12 min", "3.5 h": as coarse as it may be; a dash for nothing. */
export function durationText(ms: number | null, language: string): string {
  if (ms === null) return NOTHING;
  const [value, unit] =
    ms < SECOND_MS
      ? ([Math.round(ms), "millisecond"] as const)
      : ms < MINUTE_MS
        ? ([ms / SECOND_MS, "second"] as const)
        : ms < HOUR_MS
          ? ([ms / MINUTE_MS, "minute"] as const)
          : ([ms / HOUR_MS, "hour"] as const);
  const maximumFractionDigits = value < 10 && unit !== "millisecond" ? 1 : 0;
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits }).format(
    value,
  );
}
