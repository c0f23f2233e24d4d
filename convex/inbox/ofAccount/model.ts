import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { peopleOfAccount } from "../../contacts/accounts/model";
import { requireContact } from "../../contacts/model";
import { callerMayOpen, type MaybeMemberCtx } from "../../lib/threadAccess";
import { mergeLists, skipPast, type Key } from "../access/merge";
import { pageOfLists } from "../access/pages";
import type { ListOrderName } from "../filters";
import { directionOf, orderOf, spanAfter } from "../model/listOrder";
import { patchThread } from "../model/rows";
import { ordersOf } from "../references/orders";

// The conversations of a customer or partner organisation: those that name it, and its people's unless they name another
// customer.

/** People whose conversations are read with it, by name. */
const MAX_PEOPLE = 100;
/** Rows one page looks at for those the caller may open. */
const LOOK_AT = 300;
/** Conversations one transaction writes: clocks, counts and lookups move with each. */
const FORGET_BATCH = 50;

/** A page of them that the caller may open, newest activity first. The account must have been loaded. */
export async function pageOfAccount(
  ctx: QueryCtx & MaybeMemberCtx,
  accountId: Id<"accounts">,
  paginationOpts: PaginationOptions,
) {
  const rowsAfter = async (after: Key | null) => await rowsOfAccount(ctx, { accountId }, after);
  const fits = async (thread: Doc<"threads">) => isOf(thread, accountId) && (await callerMayOpen(ctx, thread));
  return await pageOfLists({ rowsAfter, order: orderOf("all"), fits, lookAt: LOOK_AT }, paginationOpts);
}

/** The conversations that may be about an organisation, open or not, by activity; from behind a place. */
export async function rowsOfAccount(
  ctx: QueryCtx,
  { accountId, order }: { accountId: Id<"accounts">; order?: ListOrderName | undefined },
  after: Key | null,
): Promise<AsyncIterable<Doc<"threads">>> {
  const by = orderOf("all", order);
  const people = await peopleOfAccount(ctx, accountId, MAX_PEOPLE);
  const contactIds = people.map(({ _id }) => _id);
  return skipPast(mergeLists(listsOf(ctx, { accountId, contactIds, order }, after), by), by, after);
}

type Lists = { accountId: Id<"accounts">; contactIds: readonly Id<"contacts">[]; order: ListOrderName | undefined };

function listsOf(
  ctx: QueryCtx,
  { accountId, contactIds, order }: Lists,
  after: Key | null,
): AsyncIterable<Doc<"threads">>[] {
  const { from, upTo } = spanAfter(order, after);
  const threads = () => ctx.db.query("threads");
  const ranges = [
    threads().withIndex("by_customer_account", (q) =>
      q.eq("customerAccountId", accountId).gte("lastMessageAt", from).lte("lastMessageAt", upTo),
    ),
    threads().withIndex("by_partner_account", (q) =>
      q.eq("partnerAccountId", accountId).gte("lastMessageAt", from).lte("lastMessageAt", upTo),
    ),
    ...contactIds.map((contactId) =>
      threads().withIndex("by_contact", (q) =>
        q.eq("contactId", contactId).gte("lastMessageAt", from).lte("lastMessageAt", upTo),
      ),
    ),
  ];
  return ranges.map((range) => range.order(directionOf(order)));
}

function isOf({ mergedIntoId, customerAccountId, partnerAccountId }: Doc<"threads">, accountId: Id<"accounts">) {
  if (mergedIntoId !== undefined) return false;
  return partnerAccountId === accountId || (customerAccountId ?? accountId) === accountId;
}

/** True for a conversation that names an organisation, and for one of its people's that names no other customer. */
export async function isAboutAccount(
  ctx: QueryCtx,
  { orgId, customerAccountId, partnerAccountId, contactId }: Doc<"threads">,
  accountId: Id<"accounts">,
): Promise<boolean> {
  if (partnerAccountId === accountId || customerAccountId === accountId) return true;
  if (customerAccountId !== undefined || contactId === undefined) return false;
  return (await requireContact(ctx, orgId, contactId)).accountId === accountId;
}

/** A batch of conversations names a deleted organisation no longer. True when none is left. */
export async function forgetThreads(ctx: MutationCtx, accountId: Id<"accounts">): Promise<boolean> {
  const asCustomer = await ctx.db
    .query("threads")
    .withIndex("by_customer_account", (q) => q.eq("customerAccountId", accountId))
    .take(FORGET_BATCH);
  for (const thread of asCustomer) await patchThread(ctx, thread, { customerAccountId: undefined });
  if (asCustomer.length === FORGET_BATCH) return false;
  const asPartner = await ctx.db
    .query("threads")
    .withIndex("by_partner_account", (q) => q.eq("partnerAccountId", accountId))
    .take(FORGET_BATCH);
  for (const thread of asPartner) await patchThread(ctx, thread, { partnerAccountId: undefined });
  return asPartner.length < FORGET_BATCH;
}

/** Conversations looked at for the orders they are about. */
const ORDERS_FROM = 200;

/**
 * The orders its latest conversations are about, the latest first, with how many of them each and the latest one. Of 200
 * conversations at most; those the caller may not open count for nothing.
 */
export async function ordersOfAccount(ctx: QueryCtx & MaybeMemberCtx, accountId: Id<"accounts">) {
  const { page } = await pageOfAccount(ctx, accountId, { numItems: ORDERS_FROM, cursor: null });
  const orders = new Map<string, { order: string; threadId: Id<"threads">; lastMessageAt: number; count: number }>();
  for (const thread of page) {
    const { _id: threadId, lastMessageAt } = thread;
    for (const order of ordersOf(thread)) {
      const known = orders.get(order) ?? { order, threadId, lastMessageAt, count: 0 };
      orders.set(order, { ...known, count: known.count + 1 });
    }
  }
  return [...orders.values()];
}
