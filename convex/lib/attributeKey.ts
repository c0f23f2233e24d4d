const UMLAUTS: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };

/** Longest key: a heading or a question beyond it is told apart by its beginning. */
const MAX_KEY_CHARS = 60;

/**
 * The key under which what stands beneath a heading, or answers a question, is kept: ASCII, "Größe" → "groesse". Empty
 * when nothing of it is left.
 */
export function attributeKey(heading: string): string {
  return heading
    .toLowerCase()
    .normalize("NFC")
    .replace(/[äöüß]/g, (letter) => UMLAUTS[letter] ?? letter)
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, MAX_KEY_CHARS);
}
