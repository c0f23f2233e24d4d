import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { livingAccount } from "../../contacts/accounts/model";
import type { ThreadScope } from "../../lib/threadScope";
import type { Key, ListOrder } from "../access/merge";
import { rowsOfAccount } from "../ofAccount/model";
import { rowsByDeadline } from "./deadlineRanges";
import { orderOf, type Listed } from "./listOrder";
import type { Viewer } from "./ranges";
import { rowsInScope } from "./scopedRanges";
import type { Ranged } from "./threadRanges";

// Filters that no single index range answers, but several do that are read as one list.

type Joined = {
  /** Rows from behind a place, in the order; some may not fit the filter. */
  rowsAfter: (after: Key | null) => Promise<AsyncIterable<Doc<"threads">>>;
  order: ListOrder<Listed>;
};

/** Views that stand by activity: what an organisation's conversations can be read by. */
const BY_ACTIVITY: readonly Ranged["view"][] = ["all", "mine", "unassigned", "closed"];

/** The ranges of a filter for a member with this scope; null where a single one answers it. */
export function joinedRange(ctx: QueryCtx, viewer: Viewer, scope: ThreadScope | null, wanted: Ranged): Joined | null {
  const { view, order, accountId } = wanted;
  const asked = orderOf(view, order);
  // Few conversations are an organisation's. In other orders they are looked for among those of the view, which are few.
  if (accountId !== undefined && order !== "deadline" && BY_ACTIVITY.includes(view)) {
    return { rowsAfter: async (after) => await ofAccount(ctx, viewer, { accountId, order }, after), order: asked };
  }
  if (scope !== null) {
    return { rowsAfter: async (after) => await rowsInScope(ctx, { viewer, scope, view, order }, after), order: asked };
  }
  if (order !== "deadline") return null;
  const rowsAfter = async (after: Key | null) => await Promise.resolve(rowsByDeadline(ctx, viewer, wanted, after));
  return { rowsAfter, order: asked };
}

async function ofAccount(
  ctx: QueryCtx,
  { orgId }: Viewer,
  asked: Pick<Ranged, "order"> & { accountId: Id<"accounts"> },
  after: Key | null,
): Promise<AsyncIterable<Doc<"threads">>> {
  const account = await livingAccount(ctx, asked.accountId);
  return account?.orgId === orgId ? await rowsOfAccount(ctx, asked, after) : nothing();
}

async function* nothing(): AsyncGenerator<Doc<"threads">> {
  yield* [];
}
