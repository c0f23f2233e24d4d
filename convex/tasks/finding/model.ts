import type { PaginationOptions } from "convex/server";
import type { Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { presentPage } from "../model";

/** What Convex' search takes of a query. */
const MAX_TERMS = 16;
/** Rows of the index that one page looks at: any word finds, all have to be there, so some are dropped. */
const HITS_A_PAGE = 60;

/**
 * Tasks, waiting and done ones, whose title and description have all these words, one of them the title; the best first.
 * A page may be short and not be the last.
 */
export async function findTasks(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { text, paginationOpts }: { text: string; paginationOpts: PaginationOptions },
) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, MAX_TERMS);
  if (words.length === 0) return { page: [], isDone: true, continueCursor: "" };
  const hits = ctx.db
    .query("tasks")
    .withSearchIndex("search_title", (q) => q.search("title", words.join(" ")).eq("orgId", orgId));
  const numItems = Math.max(paginationOpts.numItems, HITS_A_PAGE);
  const result = await hits.paginate({ ...paginationOpts, numItems });
  const page = result.page.filter(({ title, description }) => {
    const said = `${title}\n${description}`.toLowerCase();
    return words.every((word) => said.includes(word));
  });
  return await presentPage(ctx, { ...result, page });
}
