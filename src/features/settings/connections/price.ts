const MICROS = 1_000_000;
/** Messages cost fractions of a cent. */
const DIGITS = 4;

/** "€0.0790" for a price in millionths; null for what costs nothing. */
export function priceText(micros: number, language: string): string | null {
  if (micros === 0) return null;
  const format = {
    style: "currency",
    currency: "EUR",
    minimumFractionDigits: 2,
    maximumFractionDigits: DIGITS,
  } as const;
  return new Intl.NumberFormat(language, format).format(micros / MICROS);
}

/** The millionths a person means by "0.079" or "0,079"; null for what is no price. */
export function microsOf(text: string): number | null {
  const value = text.trim() === "" ? 0 : Number(text.trim().replace(",", "."));
  return Number.isFinite(value) && value >= 0 ? Math.round(value * MICROS) : null;
}

/** The price as it is typed. */
export function priceInput(micros: number): string {
  return micros === 0 ? "" : String(micros / MICROS);
}
