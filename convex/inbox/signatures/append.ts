import { htmlOfText } from "../simpleHtml";

// How a signature gets under a mail. Pure.

/** What parts words from a signature; mail programs and our own timeline dim what follows (RFC 3676, 4.3). */
const DELIMITER = "-- ";

type Words = { text: string; html?: string | undefined };

/** The words with the signature below them; words that end with it already stay as they are. */
export function withSignature({ text, html }: Words, signature: string | null): Words {
  const sign = signature?.trim() ?? "";
  if (sign === "" || plain(text).endsWith(plain(sign))) return { text, html };
  const below = `${DELIMITER}\n${sign}`;
  return {
    text: text === "" ? below : `${text}\n\n${below}`,
    html: `${html ?? htmlOfText(text)}${htmlOfText(below)}`,
  };
}

function plain(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
