// Where the closing of a mail begins, in the languages our customers write: it is dimmed, never taken away.

const CLOSING =
  /^(?:mit (?:freundlichen|besten|herzlichen) grüßen|(?:viele|liebe|beste|freundliche|herzliche|schöne|sonnige) grüße|mfg|lg|vg|gruß|(?:kind|best|warm) regards|regards|best wishes|(?:yours )?sincerely|cheers|met (?:vriendelijke|hartelijke) groet(?:en)?|(?:vriendelijke|hartelijke) groet(?:en)?|groet(?:en|jes)?|mvg|(?:bien )?cordialement|bien à vous|amicalement|salutations)(?:[\s,.!].*)?$/i;
const DELIMITER = /^-- ?$/;
/** Closings are at the end; further up the same words are part of what is said. */
const MAX_LINES = 12;
/** "Gruß" may be followed by who sends it and from where, not by a paragraph. */
const MAX_CLOSING_CHARS = 60;

/** Index in `text` at which the signature begins; its length when there is none, or nothing above it. */
export function signatureStart(text: string): number {
  const lines = text.split("\n");
  const first = Math.max(1, lines.length - MAX_LINES);
  for (let index = first; index < lines.length; index++) {
    const line = (lines[index] ?? "").trimEnd();
    const isClosing = line.length <= MAX_CLOSING_CHARS && CLOSING.test(line.trim());
    if (!isClosing && !DELIMITER.test(lines[index] ?? "")) continue;
    const above = lines.slice(0, index).join("\n");
    return above.trim() === "" ? text.length : above.length + 1;
  }
  return text.length;
}
