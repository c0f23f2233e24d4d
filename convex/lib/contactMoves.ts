import type { PaginationResult } from "convex/server";
import { v, type Infer } from "convex/values";

// What every domain that keeps rows about a contact offers for merging two of them: hands its rows over, a page at a
// time, and gives back exactly those it handed over. contacts/merges/parts.ts is the table of them.

/** Whose rows go to whom: a page of all there are, or exactly these. */
export const moveArgs = {
  from: v.id("contacts"),
  to: v.id("contacts"),
  which: v.union(
    v.object({ kind: v.literal("page"), cursor: v.union(v.string(), v.null()) }),
    v.object({ kind: v.literal("rows"), ids: v.array(v.string()) }),
  ),
};
const vMove = v.object(moveArgs);
export type Move = Infer<typeof vMove>;

/** The rows that changed hands, and where to go on (null: there are no more). */
export const vMoved = v.object({ ids: v.array(v.string()), cursor: v.union(v.string(), v.null()) });
export type Moved = Infer<typeof vMoved>;

/** Rows one call hands over: each costs a few reads and writes. */
const PAGE = 100;

type Table<Row extends { _id: string }> = {
  page: (options: { numItems: number; cursor: string | null }) => Promise<PaginationResult<Row>>;
  /** The row of an id, or null when it is gone. */
  get: (id: string) => Promise<Row | null>;
  isOf: (row: Row, contactId: Move["from"]) => boolean;
  /** Hands a row over. False where it has to stay, because the other has one like it. */
  move: (row: Row) => Promise<boolean>;
};

/** Hands rows of one table over. Of asked-for rows those are left alone that are gone or belong to somebody else. */
export async function moveRows<Row extends { _id: string }>({ from, which }: Move, table: Table<Row>): Promise<Moved> {
  const ids: string[] = [];
  const hand = async (row: Row) => {
    if (table.isOf(row, from) && (await table.move(row))) ids.push(row._id);
  };
  if (which.kind === "rows") {
    for (const id of which.ids) {
      const row = await table.get(id);
      if (row !== null) await hand(row);
    }
    return { ids, cursor: null };
  }
  const found = await table.page({ numItems: PAGE, cursor: which.cursor });
  for (const row of found.page) await hand(row);
  return { ids, cursor: found.isDone ? null : found.continueCursor };
}
