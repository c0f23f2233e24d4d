/** Which of "03/04/2026" is the day; dates with dots and those that begin with the year leave no choice. */
export const DAY_ORDERS = ["day_first", "month_first"] as const;
export type DayOrder = (typeof DAY_ORDERS)[number];

const NUMBERS = /^(?:\p{L}+\.?,? +)?(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d{2})(?!\d)/u;
const MONTHS = 12;

/** The order that the dates of a file show; null when all of them can be read either way. */
export function guessDayOrder(texts: readonly string[]): DayOrder | null {
  for (const text of texts) {
    const [, first, second] = NUMBERS.exec(text.trim()) ?? [];
    if (first === undefined || second === undefined) continue;
    if (Number(first) > MONTHS) return "day_first";
    if (Number(second) > MONTHS) return "month_first";
  }
  return null;
}
