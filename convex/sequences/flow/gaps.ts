// Pauses after which everything was put off by as long as they took (product.md 4.3). Pure.

/** A stretch of time that did not count, UTC ms; of several the earlier one first. */
export type Gap = { from: number; to: number };

/** When a stretch of elapsed time is over that began at `since` and would end at `at`: pauses in it do not count. */
export function stretched(since: number, at: number, gaps: readonly Gap[]): number {
  let end = at;
  for (const { from, to } of gaps) {
    if (to > since && from < end) end += to - Math.max(from, since);
  }
  return end;
}

/** A time of its own that falls into a pause is put off by as long as the pause took; all others stay. */
export function putOff(at: number, gaps: readonly Gap[]): number {
  let instant = at;
  for (const { from, to } of gaps) if (instant >= from && instant < to) instant += to - from;
  return instant;
}
