// Who is meant by the words of a note (product.md A-67). Pure; the field that completes names reads the same file.

/** Words that mean everybody, in the languages of the interface. */
const EVERYONE = ["everyone", "alle", "iedereen"] as const;

const WORD = /[\p{L}\p{N}_]/u;

/** The part after the last "@" before the cursor that may become a name, or null: "Hallo @An" gives "An". */
export function mentionBefore(textBefore: string): string | null {
  const found = /(?:^|[\s(["'„“])@([\p{L}\p{N}_.' -]{0,40})$/u.exec(textBefore);
  return found?.[1] ?? null;
}

/**
 * The people and teams named by "@Name" in a text, ids in their order; `isEveryone` for "@everyone". Of names that begin
 * alike the longest one counts: "@Anna Maria" is not "@Anna". Letters' case does not matter, and "anna@maria.de" names
 * nobody.
 */
export function mentionsIn<Id extends string>(
  text: string,
  people: readonly { id: Id; name: string }[],
): { ids: Id[]; isEveryone: boolean } {
  const names = [...new Set([...people.map(({ name }) => name.toLowerCase()), ...EVERYONE])]
    .filter((name) => name !== "")
    .sort((a, b) => b.length - a.length);
  const words = text.toLowerCase();
  const named = new Set<string>();
  for (let at = words.indexOf("@"); at !== -1; at = words.indexOf("@", at + 1)) {
    if (at > 0 && WORD.test(words.charAt(at - 1))) continue;
    const name = names.find((each) => words.startsWith(each, at + 1) && !WORD.test(words.charAt(at + 1 + each.length)));
    if (name !== undefined) named.add(name);
  }
  return {
    ids: people.filter(({ name }) => named.has(name.toLowerCase())).map(({ id }) => id),
    isEveryone: EVERYONE.some((word) => named.has(word)),
  };
}
