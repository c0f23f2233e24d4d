// A live list whose rows do not move under the cursor (product.md 3.2, "New items while reading").

export type StableList<T> = {
  rows: T[];
  /** Rows held back until the reader asks for them. */
  newCount: number;
};

/**
 * What a held list shows: the rows it showed before, in their old order but with fresh content; rows that vanished are
 * gone at once (mostly the reader's own doing). New rows below the last shown one join, because nothing moves by that;
 * new ones above wait and are counted.
 */
export function holdOrder<T>(
  shownIds: readonly string[],
  fresh: readonly T[],
  idOf: (row: T) => string,
): StableList<T> {
  const freshById = new Map(fresh.map((row) => [idOf(row), row]));
  const kept = shownIds.flatMap((id) => freshById.get(id) ?? []);
  const known = new Set(shownIds);
  const lastKnown = fresh.findLastIndex((row) => known.has(idOf(row)));
  const arrivals = fresh.flatMap((row, index) => (known.has(idOf(row)) ? [] : [{ row, index }]));
  if (kept.length === 0) return { rows: [...fresh], newCount: 0 };
  const below = arrivals.filter(({ index }) => index > lastKnown).map(({ row }) => row);
  return { rows: [...kept, ...below], newCount: arrivals.length - below.length };
}
