import type { StoredDocument } from "../database/types.ts";

// A query that reads more rows has its result read as a whole.
const MOST_TEXTS = 1024;

// Below this, reading the result costs less than looking for documents in it.
const SMALLEST_RESULT = 2048;

// Enough of a text to find where it may begin: id or time of creation are in it.
const SEARCHED_CHARS = 64;

// Stands for a document. JSON allows a line break between values, but not inside a string: if the text reads well with
// it, the document was a value of its own.
const PLACEHOLDER = "\nnull\n";
const PLACEHOLDER_BYTES = 1;

/** JSON text with the documents taken out that are known to be well-formed. */
export interface ReducedText {
  json: string;
  /** What the documents add to the size that limits count, bytes. */
  extraBytes: number;
}

/** Text that a function was given: documents with commas between them. */
interface KnownText {
  text: string;
  placeholders: string;
  extraBytes: number;
}

/**
 * The documents a query was given, in order. Many queries return them as they are, and then the result's text has theirs
 * in it to the letter, since both are written in the same canonical form: what was checked when it was stored need not
 * be read again.
 */
export class KnownDocuments {
  readonly #texts: KnownText[] = [];

  /** `text` is that of the documents, with commas between them. */
  add(text: string, documents: readonly StoredDocument[]): void {
    if (this.#texts.length >= MOST_TEXTS) return;
    let extraBytes = 0;
    for (const { table, size } of documents) {
      if (table.startsWith("_")) return;
      extraBytes += size - PLACEHOLDER_BYTES;
    }
    const placeholders = PLACEHOLDER + `,${PLACEHOLDER}`.repeat(documents.length - 1);
    this.#texts.push({ text, placeholders, extraBytes });
  }

  /** `json` without those texts that are found in it, in order, up to the first that is missing; null without any. */
  takeOutOf(json: string): ReducedText | null {
    if (json.length < SMALLEST_RESULT) return null;
    let reduced = "";
    let extraBytes = 0;
    let end = 0;
    for (const known of this.#texts) {
      const start = startOf(json, known.text, end);
      if (start === -1) break;
      reduced += json.slice(end, start) + known.placeholders;
      extraBytes += known.extraBytes;
      end = start + known.text.length;
    }
    return end === 0 ? null : { json: reduced + json.slice(end), extraBytes };
  }
}

function startOf(json: string, text: string, from: number): number {
  // In a list the next one stands behind a comma.
  if (isAt(json, text, from + 1)) return from + 1;
  const start = json.indexOf(text.slice(0, SEARCHED_CHARS), from);
  return start !== -1 && isAt(json, text, start) ? start : -1;
}

// Slices are compared by the word, where `startsWith` goes character by character.
function isAt(json: string, text: string, at: number): boolean {
  return json.slice(at, at + text.length) === text;
}
