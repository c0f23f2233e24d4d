import { v, type GenericValidator, type Infer } from "convex/values";
import { z } from "zod";

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 100;

/** Fields of the query of every list: how many rows, and where the last page ended. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).describe("Rows of a page."),
  cursor: z.string().min(1).optional().describe("`nextCursor` of the page before."),
};

/** Field of the query of lists that can be followed. */
export const updatedSinceQuery = z.iso.datetime({ offset: true }).optional();

/** A page as lists answer it; `nextCursor` is null on the last one. */
export function vPageOf<Row extends GenericValidator>(row: Row) {
  return v.object({ data: v.array(row), nextCursor: v.union(v.string(), v.null()) });
}

export const vPaging = v.object({ limit: v.number(), cursor: v.optional(v.string()) });
type Paging = Infer<typeof vPaging>;

/** The same in Convex's terms. */
export function paginationOf({ limit, cursor }: Paging) {
  return { numItems: limit, cursor: cursor ?? null };
}

/** A page of Convex as the API answers it. */
export function pageOf<Row>(rows: Row[], { isDone, continueCursor }: { isDone: boolean; continueCursor: string }) {
  return { data: rows, nextCursor: isDone ? null : continueCursor };
}
