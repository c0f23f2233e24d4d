// Several ordered lists read as one, a page at a time. Pure but for what the lists themselves read.

/** Where a row stands: its values in the order of the index, the time of its creation last. null comes before numbers. */
export type Key = readonly (number | null)[];

/** Negative when `a` stands before `b`. */
export function compareKeys(a: Key, b: Key): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? -Infinity) - (b[at] ?? -Infinity);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  return 0;
}

export type ListOrder<Row> = { keyOf: (row: Row) => Key; isDescending: boolean };

/**
 * The rows of all lists in their common order, those that stand in several of them once. Each list is read only as far as
 * the reader goes, one row ahead.
 */
export async function* mergeLists<Row extends { _id: string }>(
  lists: readonly AsyncIterable<Row>[],
  { keyOf, isDescending }: ListOrder<Row>,
): AsyncGenerator<Row> {
  const iterators = lists.map((list) => list[Symbol.asyncIterator]());
  const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
  const sign = isDescending ? -1 : 1;
  let last: string | null = null;
  for (;;) {
    let first: { at: number; row: Row; key: Key } | null = null;
    for (const [at, head] of heads.entries()) {
      if (head.done === true) continue;
      const key = keyOf(head.value);
      if (first === null || sign * compareKeys(key, first.key) < 0) first = { at, row: head.value, key };
    }
    if (first === null) return;
    const iterator = iterators[first.at];
    if (iterator !== undefined) heads[first.at] = await iterator.next();
    if (first.row._id !== last) yield first.row;
    last = first.row._id;
  }
}

/** The rows of a list in its order that stand behind a place; all of them behind null. */
export async function* skipPast<Row>(
  rows: AsyncIterable<Row>,
  { keyOf, isDescending }: ListOrder<Row>,
  after: Key | null,
): AsyncGenerator<Row> {
  const sign = isDescending ? -1 : 1;
  for await (const row of rows) if (after === null || sign * compareKeys(keyOf(row), after) > 0) yield row;
}

const END = "end";

/** A place between two pages; "end" is behind everything. */
export function cursorOf(key: Key | null): string {
  return key === null ? END : JSON.stringify(key);
}

/** The key of a cursor, null for the end of everything, undefined for what is no cursor of such a list. */
export function keyOfCursor(cursor: string): Key | null | undefined {
  if (cursor === END) return null;
  if (!/^\[(?:null|-?[\d.e+]+)(?:,(?:null|-?[\d.e+]+))*\]$/.test(cursor)) return undefined;
  return JSON.parse(cursor) as Key;
}
