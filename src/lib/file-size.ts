const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
/** Sizes go by thousands, as the units of Intl do. */
const STEP = 1_000;

/** "1.2 MB" */
export function fileSize(bytes: number, language: string): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(STEP)));
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: UNITS[power] ?? "byte",
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: power === 0 ? 0 : 1,
  }).format(bytes / STEP ** power);
}
