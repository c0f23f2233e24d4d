import { filter } from "convex-helpers/server/filter";
import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { mayOpenThread } from "../../lib/threadAccess";
import { meetsNarrowing, type Narrowing } from "../filters";
import { pageOfKey } from "./keyRows";
import type { Viewer } from "./ranges";

// Lists of conversations whatever their state, for systems that keep a copy of them or look some up.

type RowNarrowing = Omit<Narrowing, "accountId" | "isUnread">;

/**
 * A page of what was written since an instant (UTC ms) and meets the conditions, the longest unchanged first; merged ones
 * are the one they are in. A page may be short, or empty, and then is not the last one.
 */
export async function pageOfChanged(
  ctx: QueryCtx,
  { orgId, member }: Viewer,
  { since, ...wanted }: RowNarrowing & { since: number },
  paginationOpts: PaginationOptions,
): Promise<PaginationResult<Doc<"threads">>> {
  const rows = ctx.db.query("threads").withIndex("by_org_changed", (q) => q.eq("orgId", orgId).gte("changedAt", since));
  const shown = async (row: Doc<"threads">) =>
    row.mergedIntoId === undefined && meetsNarrowing(row, wanted) && (await mayOpenThread(ctx, member, row));
  return await filter(rows, shown).paginate(paginationOpts);
}

/** A page of what is about an order, the last one that was said to be first. Short pages as in `pageOfChanged`. */
export async function pageOfOrder(
  ctx: QueryCtx,
  { orgId, member }: Viewer,
  order: string,
  paginationOpts: PaginationOptions,
): Promise<PaginationResult<Doc<"threads">>> {
  const { page: ids, ...rest } = await pageOfKey(ctx, orgId, { kind: "order", text: order }, paginationOpts);
  const page: Doc<"threads">[] = [];
  for (const id of ids) {
    const thread = await ctx.db.get("threads", id);
    if (thread !== null && (await mayOpenThread(ctx, member, thread))) page.push(thread);
  }
  return { ...rest, page };
}
