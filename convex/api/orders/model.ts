import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { goesOnAs, requireContact } from "../../contacts/model";
import { getOrder, listOrders as pageOfOrders } from "../../contacts/orders/model";
import { giveOrder, restateOrder, takeOrder } from "../../contacts/orders/model/byHand";
import { appError } from "../../lib/errors";
import { once, requireMatch, type Answer } from "../answers/model";
import type { Write } from "../answers/schema";
import { actingMember, idOf, type ApiCaller } from "../model";
import { pageOf, paginationOf } from "../paging";
import type { ApiOrder } from "./schema";

const NO_SUCH_ORDER = "This order does not exist.";

/** A page of a contact's orders, by number. Throws `not_found`, also for the erased. */
export async function listOrders(
  ctx: QueryCtx,
  caller: ApiCaller,
  id: string,
  page: { limit: number; cursor?: string },
) {
  const contact = await contactById(ctx, caller, id);
  const result = await pageOfOrders(ctx, contact._id, paginationOf(page));
  return pageOf(result.page.map(viewOf), result);
}

/** One order. Throws `not_found`. */
export async function readOrder(ctx: QueryCtx, caller: ApiCaller, id: string): Promise<ApiOrder> {
  return viewOf(await orderById(ctx, caller, id));
}

/** Gives a contact an order. Throws `not_found`, `invalid` with the field, `conflict` for a number that is known. */
export async function createOrder(
  ctx: MutationCtx,
  caller: ApiCaller,
  id: string,
  { number, status }: { number: string; status?: string | null },
  write: Write,
): Promise<Answer<ApiOrder>> {
  return await once(ctx, caller, write, async () => {
    const { _id: contactId } = await contactById(ctx, caller, id);
    const member = await actingMember(ctx, caller);
    const orderId = await giveOrder(ctx, member, { contactId, number, status: status ?? "" });
    return { status: 201, body: await readOrder(ctx, caller, orderId) };
  });
}

/** Puts an order into another state. Throws `not_found`, `invalid`, `conflict` when `If-Match` names an older state. */
export async function updateOrder(
  ctx: MutationCtx,
  caller: ApiCaller,
  id: string,
  status: string | null,
  write: Write,
): Promise<Answer<ApiOrder>> {
  return await once(ctx, caller, write, async () => {
    const order = await orderById(ctx, caller, id);
    await requireMatch(write, viewOf(order));
    await restateOrder(ctx, await actingMember(ctx, caller), { orderId: order._id, status: status ?? "" });
    return { status: 200, body: await readOrder(ctx, caller, order._id) };
  });
}

/** Takes an order from its contact. Throws `not_found`, `conflict` when `If-Match` names an older state. */
export async function deleteOrder(
  ctx: MutationCtx,
  caller: ApiCaller,
  id: string,
  write: Write,
): Promise<Answer<ApiOrder>> {
  return await once(ctx, caller, write, async () => {
    const order = await orderById(ctx, caller, id);
    await requireMatch(write, viewOf(order));
    await takeOrder(ctx, await actingMember(ctx, caller), order._id);
    return { status: 200, body: viewOf(order) };
  });
}

async function contactById(ctx: QueryCtx, { orgId }: ApiCaller, id: string): Promise<Doc<"contacts">> {
  const contact = await requireContact(ctx, orgId, idOf(ctx, "contacts", id, "This contact does not exist."));
  if (contact.erasedAt !== undefined) throw appError("not_found", "This contact does not exist.");
  return await goesOnAs(ctx, contact);
}

async function orderById(ctx: QueryCtx, { orgId }: ApiCaller, id: string): Promise<Doc<"orders">> {
  const order = await getOrder(ctx, idOf(ctx, "orders", id, NO_SUCH_ORDER));
  if (order !== null && order.orgId === orgId) return order;
  throw appError("not_found", NO_SUCH_ORDER);
}

function viewOf({ _id: id, _creationTime: createdAt, contactId, number, status }: Doc<"orders">): ApiOrder {
  return { id, contactId, number, status: status ?? null, createdAt };
}
