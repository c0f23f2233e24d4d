import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { moveRows, type Move, type Moved } from "../../lib/contactMoves";
import { personRows, type ErasedPage, type PersonPage } from "../../lib/dataSubjects";
import { appError } from "../../lib/errors";
import { livingContact } from "../model";
import { isNewsOf, type ReadOrder } from "./rules";
import type { OrderChange } from "./schema";

// The only file that touches the table `orders`.

/** Orders of a person that one transaction exports or erases. */
const PAGE = 200;

type Order = Doc<"orders">;

/** The order of a number, and whose it is; null for a number nobody knows. */
export async function findOrder(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  key: string,
): Promise<{ order: Order; contactId: Id<"contacts"> } | null> {
  const order = await ctx.db
    .query("orders")
    .withIndex("by_key", (q) => q.eq("orgId", orgId).eq("key", key))
    .unique();
  if (order === null) return null;
  const contact = await livingContact(ctx, orgId, order.contactId);
  return { order, contactId: contact?._id ?? order.contactId };
}

/** Orders of a contact by number. The contact must have been loaded with `requireContact`. */
export async function listOrders(ctx: QueryCtx, contactId: Id<"contacts">, paginationOpts: PaginationOptions) {
  return await ctx.db
    .query("orders")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .paginate(paginationOpts);
}

/** Orders of a contact, `most` at most. */
export async function ordersOfContact(ctx: QueryCtx, contactId: Id<"contacts">, most: number): Promise<Order[]> {
  return await ctx.db
    .query("orders")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .take(most);
}

/** Orders of those of these contacts of the organisation that have any, `most` of each at most. */
export async function ordersOfContacts(
  ctx: QueryCtx,
  { orgId, contactIds, most }: { orgId: Id<"organisations">; contactIds: readonly Id<"contacts">[]; most: number },
): Promise<{ contactId: Id<"contacts">; orders: Order[]; hasMore: boolean }[]> {
  const found = await Promise.all(
    contactIds.map(async (contactId) => {
      const rows = (await ordersOfContact(ctx, contactId, most + 1)).filter((row) => row.orgId === orgId);
      return { contactId, orders: rows.slice(0, most), hasMore: rows.length > most };
    }),
  );
  return found.filter(({ orders }) => orders.length > 0);
}

/** The order, if it is the contact's. Throws `not_found` with the field otherwise. */
export async function requireOrderOf(
  ctx: QueryCtx,
  contactId: string | undefined,
  orderId: Id<"orders">,
): Promise<Order> {
  const order = await ctx.db.get("orders", orderId);
  if (order !== null && order.contactId === contactId) return order;
  throw appError("not_found", "This is no order of this contact.", { field: "orderId" });
}

/** The order, or null: it was removed since. */
export async function getOrder(ctx: QueryCtx, orderId: Id<"orders">): Promise<Order | null> {
  return await ctx.db.get("orders", orderId);
}

/** Writes what a line says about an order of this contact. Null when that is nothing new. */
export async function writeOrder(
  ctx: MutationCtx,
  { _id: contactId, orgId }: Pick<Doc<"contacts">, "_id" | "orgId">,
  read: ReadOrder,
): Promise<OrderChange | null> {
  const found = await findOrder(ctx, orgId, read.key);
  if (!isNewsOf(read, found?.order ?? null)) return null;
  const after = { status: read.status };
  if (found === null) return { orderId: await ctx.db.insert("orders", { orgId, contactId, ...read }), after };
  const { _id: orderId, status } = found.order;
  await ctx.db.patch("orders", orderId, after);
  return { orderId, before: { status }, after };
}

/** Keeps an order nobody has yet (see `findOrder`). */
export async function insertOrder(
  ctx: MutationCtx,
  { _id: contactId, orgId }: Pick<Doc<"contacts">, "_id" | "orgId">,
  read: ReadOrder,
): Promise<Id<"orders">> {
  return await ctx.db.insert("orders", { orgId, contactId, ...read });
}

/** Puts an order into another state, or into none. */
export async function patchOrder(ctx: MutationCtx, orderId: Id<"orders">, status: string | undefined): Promise<void> {
  await ctx.db.patch("orders", orderId, { status });
}

/** Removes an order. */
export async function deleteOrder(ctx: MutationCtx, orderId: Id<"orders">): Promise<void> {
  await ctx.db.delete("orders", orderId);
}

/** Takes a change back. False when the order was changed since: it stays as it is then. */
export async function takeOrderBack(ctx: MutationCtx, change: OrderChange): Promise<boolean> {
  const order = await ctx.db.get("orders", change.orderId);
  if (order === null) return true;
  if (order.status !== change.after.status) return false;
  if (change.before === undefined) await ctx.db.delete("orders", order._id);
  else await ctx.db.patch("orders", order._id, { status: change.before.status });
  return true;
}

/** Whether a contact has an order besides those these changes made, or one of them is not as it was left. */
export async function hasOtherOrders(
  ctx: QueryCtx,
  contactId: Id<"contacts">,
  own: readonly OrderChange[],
): Promise<boolean> {
  const orders = await ctx.db
    .query("orders")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .take(own.length + 1);
  const left = new Map(own.map(({ orderId, after }) => [orderId, after.status]));
  return orders.some(({ _id, status }) => !left.has(_id) || status !== left.get(_id));
}

/** Hands orders over to another contact. */
export async function moveOrders(ctx: MutationCtx, move: Move): Promise<Moved> {
  const { from, to } = move;
  return await moveRows<Order>(move, {
    page: async (options) => await listOrders(ctx, from, options),
    get: async (id) => {
      const known = ctx.db.normalizeId("orders", id);
      return known === null ? null : await ctx.db.get("orders", known);
    },
    isOf: (row, contactId) => row.contactId === contactId,
    move: async ({ _id }) => {
      await ctx.db.patch("orders", _id, { contactId: to });
      return true;
    },
  });
}

/** A page of a person's orders. */
export async function exportOrders(
  ctx: QueryCtx,
  contactId: Id<"contacts">,
  cursor: string | null,
): Promise<PersonPage> {
  const page = await listOrders(ctx, contactId, { numItems: PAGE, cursor });
  return { rows: personRows(page.page), files: [], cursor: page.isDone ? null : page.continueCursor };
}

/** Removes a page of a person's orders. */
export async function eraseOrders(
  ctx: MutationCtx,
  contactId: Id<"contacts">,
  cursor: string | null,
): Promise<ErasedPage> {
  const page = await listOrders(ctx, contactId, { numItems: PAGE, cursor });
  for (const { _id } of page.page) await ctx.db.delete("orders", _id);
  return { count: page.page.length, cursor: page.isDone ? null : page.continueCursor };
}
