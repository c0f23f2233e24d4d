import type { PaginationOptions, PaginationResult } from "convex/server";
import { appError } from "./errors";

// Lists of what changed, for systems that keep a copy of a table. Rows say when they were written last; those from before
// that was kept say nothing, and changed when they were made: all of them before any row that says so.

type Range<Row> = { paginate: (options: PaginationOptions) => Promise<PaginationResult<Row>> };

const BEFORE = "before:";
const CHANGED = "changed:";

/**
 * A page of rows, the longest unchanged first: those from before, by creation, then by what they say. A row that changes
 * meanwhile stands behind all others again, so none is left out. `hasBefore` is asked on the first page alone. A page may
 * be short, or empty, and then is not the last one. Throws `invalid` for a cursor of another list.
 */
export async function pageOfFollowed<Row>(
  { hasBefore, before, changed }: { hasBefore: () => Promise<boolean>; before: Range<Row>; changed: Range<Row> },
  { cursor, numItems }: PaginationOptions,
): Promise<PaginationResult<Row>> {
  const at = cursor ?? ((await hasBefore()) ? BEFORE : CHANGED);
  if (at.startsWith(BEFORE)) {
    const { page, isDone, continueCursor } = await before.paginate({ numItems, cursor: after(at, BEFORE) });
    return { page, isDone: false, continueCursor: isDone ? CHANGED : BEFORE + continueCursor };
  }
  if (!at.startsWith(CHANGED)) throw appError("invalid", "This cursor is of another list.", { field: "cursor" });
  const { page, isDone, continueCursor } = await changed.paginate({ numItems, cursor: after(at, CHANGED) });
  return { page, isDone, continueCursor: CHANGED + continueCursor };
}

function after(cursor: string, phase: string): string | null {
  const rest = cursor.slice(phase.length);
  return rest === "" ? null : rest;
}

/** When a row changed last, UTC ms: of one from before, when it was made. */
export function changeOf({ changedAt, _creationTime }: { changedAt?: number; _creationTime: number }): number {
  // Rows of one millisecond are told apart behind the point.
  return changedAt ?? Math.floor(_creationTime);
}
