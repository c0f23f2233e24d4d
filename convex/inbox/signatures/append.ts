import { htmlOfText } from "../simpleHtml";

// How a signature gets under a mail. Pure.

/** What parts words from a signature; mail programs and our own timeline dim what follows (RFC 3676, 4.3). */
const DELIMITER = "-- ";

type Words = { text: string; html?: string | undefined };

/** The words with the signature below them; words that end with it already stay as they are, and are returned themselves. */
export function withSignature<W extends Words>(words: W, signature: Words | null): W {
  const { text, html } = words;
  const sign = signature?.text.trim() ?? "";
  if (sign === "" || plain(text).endsWith(plain(sign))) return words;
  const below = `${DELIMITER}\n${sign}`;
  const marked = signature?.html === undefined ? htmlOfText(below) : `<p>${DELIMITER}</p>${signature.html}`;
  return {
    ...words,
    text: text === "" ? below : `${text}\n\n${below}`,
    html: `${html ?? htmlOfText(text)}${marked}`,
  };
}

/** Several one below the other. Null for none. */
export function joined<S extends Words>(parts: readonly S[]): Words | null {
  if (parts.length === 0) return null;
  const text = parts.map((part) => part.text).join("\n\n");
  if (parts.every(({ html }) => html === undefined)) return { text };
  return { text, html: parts.map((part) => part.html ?? htmlOfText(part.text)).join("") };
}

function plain(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
