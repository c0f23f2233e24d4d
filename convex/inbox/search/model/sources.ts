import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { mergeLists, skipPast, type Key, type ListOrder } from "../../access/merge";
import { pageOfLists } from "../../access/pages";
import type { Asked } from "./asked";

// Where the lists of a search take their rows from, a page at a time. Of an index over words those that match best come
// first; without a word, the newest.

/** Rows of an index over words that one page looks at: any word finds, all have to be there, so some are dropped. */
const HITS_A_PAGE = 100;
/** Rows of a list by time that one page looks at. */
const LOOKED_AT_A_PAGE = 200;

type Fits<Row> = (row: Row) => Promise<boolean>;

const NEWEST: ListOrder<{ at?: number | undefined; _creationTime: number }> = {
  keyOf: ({ at = 0, _creationTime }) => [at, _creationTime],
  isDescending: true,
};

/** Messages with any of these words. */
export async function messagesByWords(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  terms: string,
  page: PaginationOptions,
) {
  const hits = ctx.db.query("messages").withSearchIndex("search", (q) => q.search("text", terms).eq("orgId", orgId));
  return await hits.paginate({ ...page, numItems: Math.max(page.numItems, HITS_A_PAGE) });
}

/** Names of files with any of these words. */
export async function namesByWords(ctx: QueryCtx, orgId: Id<"organisations">, terms: string, page: PaginationOptions) {
  const hits = ctx.db.query("fileNames").withSearchIndex("search", (q) => q.search("name", terms).eq("orgId", orgId));
  return await hits.paginate({ ...page, numItems: Math.max(page.numItems, HITS_A_PAGE) });
}

/** Conversations with any of these words in their subject. */
export async function threadsBySubject(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  terms: string,
  page: PaginationOptions,
) {
  const hits = ctx.db
    .query("threads")
    .withSearchIndex("search_subject", (q) => q.search("subject", terms).eq("orgId", orgId));
  return await hits.paginate({ ...page, numItems: Math.max(page.numItems, HITS_A_PAGE) });
}

/** The messages that fit among those a search is about: its senders' where it names some, else everybody's; the newest first. */
export async function latestMessages(
  ctx: QueryCtx,
  asked: Asked,
  page: PaginationOptions,
  fits: Fits<Doc<"messages">>,
): Promise<PaginationResult<Doc<"messages">>> {
  const senders = [...(asked.senders ?? [])].map((id) => ctx.db.normalizeId("contacts", id));
  const contactIds = senders.filter((id) => id !== null);
  // Members and bare addresses have no list of their own.
  const isBySender = senders.length > 0 && contactIds.length === senders.length;
  const rowsAfter = async (after: Key | null) => {
    const upTo = Math.min(after?.[0] ?? Infinity, asked.beforeAt ?? Infinity);
    const from = asked.afterAt ?? -Infinity;
    const messages = () => ctx.db.query("messages");
    const lists = isBySender
      ? contactIds.map((id) =>
          messages().withIndex("by_sender", (q) => q.eq("sender.contactId", id).gte("at", from).lte("at", upTo)),
        )
      : [messages().withIndex("by_org_at", (q) => q.eq("orgId", asked.viewer.orgId).gte("at", from).lte("at", upTo))];
    const newest = lists.map((list) => list.order("desc"));
    return skipPast(mergeLists(newest, NEWEST), NEWEST, after);
  };
  return await pageOfLists({ rowsAfter, order: NEWEST, fits, lookAt: LOOKED_AT_A_PAGE }, page);
}

/** The names of files that fit, of the newest messages first. */
export async function latestNames(
  ctx: QueryCtx,
  { viewer, beforeAt, afterAt }: Asked,
  page: PaginationOptions,
  fits: Fits<Doc<"fileNames">>,
): Promise<PaginationResult<Doc<"fileNames">>> {
  const rowsAfter = async (after: Key | null) => {
    const upTo = Math.min(after?.[0] ?? Infinity, beforeAt ?? Infinity);
    const names = ctx.db.query("fileNames").withIndex("by_org_at", (q) =>
      q
        .eq("orgId", viewer.orgId)
        .gte("at", afterAt ?? -Infinity)
        .lte("at", upTo),
    );
    return skipPast(names.order("desc"), NEWEST, after);
  };
  return await pageOfLists({ rowsAfter, order: NEWEST, fits, lookAt: LOOKED_AT_A_PAGE }, page);
}
