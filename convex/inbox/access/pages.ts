import type { PaginationOptions, PaginationResult } from "convex/server";
import { ConvexError } from "convex/values";
import { compareKeys, cursorOf, keyOfCursor, type Key, type ListOrder } from "./merge";

type Listed<Row> = {
  /** The rows behind a place, in the order of the list, read as far as somebody goes. */
  rowsAfter: (after: Key | null) => Promise<AsyncIterable<Row>>;
  order: ListOrder<Row>;
  fits: (row: Row) => Promise<boolean>;
  /** Rows looked at for one page. */
  lookAt: number;
};

/**
 * One page of a list that is no single index range: what `fits` among the next rows, at most `lookAt` looked at. A page
 * that is asked for up to an `endCursor` has all rows up to there; others ask the browser to fix where they end, so that
 * what comes later neither hides nor doubles a row (Convex does so by itself for a single range). Throws Convex' error
 * for a cursor that is of another list.
 */
export async function pageOfLists<Row>(
  { rowsAfter, order: { keyOf, isDescending }, fits, lookAt }: Listed<Row>,
  { cursor, endCursor, numItems }: PaginationOptions,
): Promise<PaginationResult<Row>> {
  const after = cursor === null ? null : requireKey(cursor);
  const upTo = endCursor === undefined || endCursor === null ? undefined : requireKey(endCursor);
  const page: Row[] = [];
  if (cursor !== null && after === null) return { page, isDone: true, continueCursor: cursor };
  const sign = isDescending ? -1 : 1;
  const seen: Key[] = [];
  for await (const row of await rowsAfter(after)) {
    const key = keyOf(row);
    if (upTo !== undefined && upTo !== null && sign * compareKeys(key, upTo) > 0) break;
    seen.push(key);
    if (await fits(row)) page.push(row);
    const isFull = page.length >= numItems || seen.length >= lookAt;
    if (upTo === undefined && isFull) {
      const middle = cursorOf(seen[Math.floor((seen.length - 1) / 2)] ?? key);
      const split = { splitCursor: middle, pageStatus: "SplitRecommended" } as const;
      return { page, isDone: false, continueCursor: cursorOf(key), ...split };
    }
  }
  const isDone = upTo === undefined || upTo === null;
  return { page, isDone, continueCursor: cursorOf(upTo ?? null) };
}

/** Members whose scope changed while they look have cursors of another list: the browser begins anew at this error. */
function requireKey(cursor: string): Key | null {
  const key = keyOfCursor(cursor);
  if (key !== undefined) return key;
  throw new ConvexError({ isConvexSystemError: true, paginationError: "InvalidCursor" });
}
