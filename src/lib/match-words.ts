/** True when every word of `text` begins some word of `label`, whatever the case and accents. */
export function matchesWords(label: string, text: string): boolean {
  const words = plain(label).split(/\s+/);
  return plain(text)
    .split(/\s+/)
    .filter(Boolean)
    .every((part) => words.some((word) => word.startsWith(part)));
}

function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase();
}
