/**
 * First and last name of a full name, for greetings: "Erika Maria Muster" → Erika Maria / Muster, "Muster, Erika" →
 * Erika / Muster. Academic titles are left out of the first name. Fields that cannot be told are absent.
 */
export function splitName(name: string): { firstName?: string; lastName?: string } {
  const [last, first] = name.split(",").map((part) => part.trim());
  if (first) return { firstName: first, lastName: last || undefined };
  const words = (last ?? "")
    .split(/\s+/)
    .filter((word) => word !== "" && !/^(dr|prof|dipl|ing)\.?(-\S+)?$/i.test(word));
  if (words.length <= 1) return { firstName: words[0] };
  return { firstName: words.slice(0, -1).join(" "), lastName: words.at(-1) };
}

/**
 * Text for the search index, which splits at punctuation as it likes: lower-case, and the parts of addresses besides
 * the whole, so that either finds.
 */
export function searchable(text: string): string {
  const words = text.toLowerCase().split(/\s+/);
  const parts = words.flatMap((word) => [word, ...word.split(/[@.+_-]/)]);
  return [...new Set(parts)].filter((word) => word !== "").join(" ");
}
