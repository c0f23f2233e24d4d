const MINUTES_OF: readonly (readonly [RegExp, number])[] = [
  [/^(?:d|days?|tage?n?|dag(?:en)?)$/, 24 * 60],
  [/^(?:h|hrs?|hours?|std|stunden?|u|uur|uren)$/, 60],
  [/^(?:m|min|mins|minutes?|minuten?|minuut)$/, 1],
];
const PART = /(\d+(?:[.,]\d+)?) ?(\p{L}+)\.?[ ,]*/gu;

/** Minutes: "90", "1:30", "1 h 30 min", "1,5 Std.", "2 uur", "PT1H30M"; null for anything else. */
export function readDuration(cell: string): number | null {
  const text = cell.trim().toLowerCase();
  if (/^\d{1,6}$/.test(text)) return Number(text);
  const [, hours, minutes] = /^(\d{1,3}):([0-5]\d)(?::00)?$/.exec(text) ?? [];
  if (hours !== undefined) return Number(hours) * 60 + Number(minutes);
  const listed = text.replace(/^pt(?=\d)/, "");
  const parts = [...listed.matchAll(PART)];
  const isAll = parts.map(([whole]) => whole).join("") === listed;
  if (parts.length === 0 || !isAll) return null;
  let sum = 0;
  for (const [, count = "", unit = ""] of parts) {
    const factor = MINUTES_OF.find(([word]) => word.test(unit))?.[1];
    if (factor === undefined) return null;
    sum += Number(count.replace(",", ".")) * factor;
  }
  return Math.round(sum);
}
