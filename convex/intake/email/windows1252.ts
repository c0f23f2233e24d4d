// Node 20 decodes windows-1252 as Latin-1: "€", quotation marks and dashes come out as control characters (U+0080-009F),
// which no mail means. Outlook sends windows-1252 to this day.

/** What the bytes 0x80-0x9F mean in windows-1252; the five unassigned ones stay as they are (WHATWG Encoding). */
const C1_MEANINGS = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";
const FIRST_C1 = 0x80;

/** The text with control characters from a wrongly decoded windows-1252 body replaced by what was meant. */
export function repairWindows1252(text: string): string {
  return text.replace(/[\u0080-\u009f]/g, (char) => C1_MEANINGS[char.charCodeAt(0) - FIRST_C1] ?? char);
}
