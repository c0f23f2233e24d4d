import { filter } from "convex-helpers/server/filter";
import type { PaginationOptions, PaginationResult, WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { keyOf } from "../../lib/orderNumbers";
import { ordersOf } from "../references/orders";

// The only file that touches the table `threadKeys`.

/** Orders and references of one conversation that are found by, with room; more than its limits allow. */
const MAX_KEYS = 200;
/** Conversations about one order: what a search shows has fewer. */
const MAX_FOUND = 60;

type KeyRow = WithoutSystemFields<Doc<"threadKeys">>;

/**
 * Brings what a conversation is found by to what it is about now. Merged ones are found as the one they are in, deleted
 * ones not at all. Costs
 * nothing where neither changed: pass `before` where it is known.
 */
export async function followKeys(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  before: Doc<"threads"> | null = null,
): Promise<void> {
  const wanted = rowsOf(thread);
  if (before !== null && JSON.stringify(rowsOf(before)) === JSON.stringify(wanted)) return;
  const known = await ctx.db
    .query("threadKeys")
    .withIndex("by_thread", (q) => q.eq("threadId", thread._id))
    .take(MAX_KEYS);
  for (const row of known) if (!wanted.some((next) => isSame(row, next))) await ctx.db.delete("threadKeys", row._id);
  for (const next of wanted) if (!known.some((row) => isSame(row, next))) await ctx.db.insert("threadKeys", next);
}

/** The conversations about an order, or that another system knows by that id; at most 60. */
export async function threadsByKey(ctx: QueryCtx, orgId: Id<"organisations">, text: string): Promise<Id<"threads">[]> {
  const rows = await ctx.db
    .query("threadKeys")
    .withIndex("by_key", (q) => q.eq("orgId", orgId).eq("key", keyOf(text)))
    .order("desc")
    .take(MAX_FOUND);
  return [...new Set(rows.map(({ threadId }) => threadId))];
}

/** A page of the conversations found by an order, or by a reference, the newest of these links first. */
export async function pageOfKey(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { kind, text }: { kind: KeyRow["kind"]; text: string },
  paginationOpts: PaginationOptions,
): Promise<PaginationResult<Id<"threads">>> {
  const rows = ctx.db.query("threadKeys").withIndex("by_key", (q) => q.eq("orgId", orgId).eq("key", keyOf(text)));
  const result = await filter(rows.order("desc"), (row) => row.kind === kind).paginate(paginationOpts);
  return { ...result, page: result.page.map(({ threadId }) => threadId) };
}

function rowsOf(thread: Doc<"threads">): KeyRow[] {
  const { orgId, _id: threadId, mergedIntoId, deleted, externalReferences } = thread;
  if (mergedIntoId !== undefined || deleted !== undefined) return [];
  const keysOf = (kind: KeyRow["kind"], texts: readonly string[]) =>
    [...new Set(texts.map(keyOf))].filter((key) => key !== "").map((key) => ({ orgId, threadId, kind, key }));
  return [...keysOf("order", ordersOf(thread)), ...keysOf("reference", Object.values(externalReferences))];
}

function isSame(row: KeyRow, next: KeyRow): boolean {
  return row.kind === next.kind && row.key === next.key;
}
