// Several live lists shown as one (product.md A-38: tasks and threads in one list).

export type LoadedList<T> = {
  /** In their order, as far as loaded. */
  rows: readonly T[];
  isDone: boolean;
};

/**
 * The rows of several ordered lists in one order, by ascending place. A row is shown once no list can still have one
 * before it: a page that is loaded later never puts anything between the rows that are on the screen.
 */
export function mergeLists<T>(lists: readonly LoadedList<T>[], placeOf: (row: T) => number): T[] {
  const ends = lists.map(({ rows, isDone }) => {
    const last = rows.at(-1);
    return isDone ? Infinity : last === undefined ? -Infinity : placeOf(last);
  });
  const frontier = Math.min(...ends);
  return lists
    .flatMap(({ rows }) => rows.filter((row) => placeOf(row) <= frontier))
    .sort((a, b) => placeOf(a) - placeOf(b));
}
