// Where the mail being answered begins below the answer: the marks of Outlook, Gmail, Apple Mail and Thunderbird in
// German, Dutch, French and English. Pure and linear in the length of the text.

/** An introduction wraps over at most this many lines. */
const MAX_INTRO_LINES = 3;
/** Longer "introductions" are prose that happens to begin with the same word. */
const MAX_INTRO_CHARS = 400;
/** Outlook's block has its second field within the next lines. */
const HEADER_BLOCK_LINES = 5;
/** Fields besides the sender that make a block a block. */
const MIN_HEADER_FIELDS = 2;

/** First word and closing words of "On … wrote:"; the middle is anything short. */
const INTRODUCTIONS: readonly { start: RegExp; end: RegExp }[] = [
  { start: /^am\s/i, end: /\sschrieb\b.*:$/i },
  { start: /^op\s/i, end: /\s(?:schreef|heeft)\b.*:$/i },
  { start: /^le\s/i, end: /\sa\s+écrit\s*:$/i },
  { start: /^on\s/i, end: /\swrote\s*:$/i },
  { start: /^\S.*<[^<>\s]+@[^<>\s]+>/, end: /\s(?:schrieb|schreef|wrote|a\s+écrit)\b.*:$/i },
];

const SENDER_FIELD = /^\*?(?:von|from|de|van|afzender)\s?:\*?\s+\S/i;
const OTHER_FIELD =
  /^\*?(?:gesendet|datum|date|sent|envoyé|verzonden|an|to|à|aan|cc|betreff|subject|objet|onderwerp)\s?:\*?(?:\s|$)/i;
const SEPARATOR =
  /^-{2,12}\s?(?:ursprüngliche nachricht|original message|oorspronkelijk bericht|message d'origine|original-nachricht)\s?-{2,12}$/i;

function isQuoted(line: string): boolean {
  return line.startsWith(">");
}

/** Index of the line after an introduction that begins at `start`, or null. */
function introductionEnd(lines: readonly string[], start: number): number | null {
  let joined = "";
  for (let index = start; index < Math.min(lines.length, start + MAX_INTRO_LINES); index++) {
    const line = lines[index]?.trim() ?? "";
    if (line === "") return null;
    joined = joined === "" ? line : `${joined} ${line}`;
    if (joined.length > MAX_INTRO_CHARS) return null;
    const text = joined;
    if (INTRODUCTIONS.some(({ start: first, end }) => first.test(text) && end.test(text))) return index + 1;
  }
  return null;
}

function isHeaderBlock(lines: readonly string[], start: number): boolean {
  if (!SENDER_FIELD.test(lines[start]?.trim() ?? "")) return false;
  const following = lines.slice(start + 1, start + 1 + HEADER_BLOCK_LINES);
  return following.filter((line) => OTHER_FIELD.test(line.trim())).length >= MIN_HEADER_FIELDS;
}

/** True when own text follows the quoted lines: an answer between or below the quotation. */
function hasTextBelow(lines: readonly string[], from: number): boolean {
  const firstQuoted = lines.findIndex((line, index) => index >= from && line.trim() !== "");
  if (firstQuoted < 0 || !isQuoted(lines[firstQuoted]?.trim() ?? "")) return false;
  return lines.slice(firstQuoted).some((line) => line.trim() !== "" && !isQuoted(line.trim()));
}

/**
 * The index of the line at which the quoted mail begins, or null when there is none, or when the answer stands between
 * or below the quotation: cutting would lose what the person wrote.
 */
export function quoteBoundary(lines: readonly string[]): number | null {
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]?.trim() ?? "";
    if (SEPARATOR.test(line) || isHeaderBlock(lines, index)) return index;
    const end = introductionEnd(lines, index);
    if (end !== null) return hasTextBelow(lines, end) ? null : index;
  }
  return null;
}
