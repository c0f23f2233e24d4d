/** A reference as a form has it; `id` stays while its name is typed. */
export type Pair = { id: number; name: string; text: string };

export function pairsOf(references: Readonly<Record<string, string>>): Pair[] {
  return Object.entries(references)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, text], id) => ({ id, name, text }));
}

/** With an empty one more at the end. */
export function added(pairs: readonly Pair[]): Pair[] {
  const id = Math.max(-1, ...pairs.map((each) => each.id)) + 1;
  return [...pairs, { id, name: "", text: "" }];
}

/** What is to be kept: those that say something. */
export function recordOf(pairs: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(said(pairs).map(({ name, text }) => [name.trim(), text.trim()]));
}

/** True when two have one name: one of them would be lost. */
export function hasDoubles(pairs: readonly Pair[]): boolean {
  const names = said(pairs).map(({ name }) => name.trim());
  return new Set(names).size < names.length;
}

function said(pairs: readonly Pair[]): Pair[] {
  return pairs.filter(({ text }) => text.trim() !== "");
}
