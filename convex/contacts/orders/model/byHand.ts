import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import type { AuditAction } from "../../../audit/actions";
import { record } from "../../../audit/model";
import { appError } from "../../../lib/errors";
import { requireLiving } from "../../edits/model";
import { requireContact } from "../../model";
import { deleteOrder, findOrder, getOrder, insertOrder, patchOrder } from "../model";
import { readOrder, type ReadOrder } from "../rules";

// Orders as members write them. The log says what was done and not to which order: it outlives the person's data.

/**
 * Gives a contact an order. Throws `invalid` with the field for what is no number or state, `conflict` for a number that
 * is known already, of whomever.
 */
export async function giveOrder(
  ctx: MutationCtx,
  member: Doc<"members">,
  { contactId, number, status }: { contactId: Id<"contacts">; number: string; status: string },
): Promise<Id<"orders">> {
  const contact = await requireLiving(ctx, member.orgId, contactId);
  const read = checked(number, status);
  const found = await findOrder(ctx, member.orgId, read.key);
  if (found !== null) {
    if (found.contactId === contactId) {
      throw appError("conflict", "This contact has this order already.", { field: "number" });
    }
    const owner = await requireContact(ctx, member.orgId, found.contactId);
    throw appError("conflict", `${found.order.number} belongs to ${owner.name}.`, { field: "number" });
  }
  const orderId = await insertOrder(ctx, contact, read);
  await recordOf(ctx, member, contactId, "contact.order_added");
  return orderId;
}

/** Puts an order into another state, an empty one into none. Throws `invalid` with the field, `not_found`. */
export async function restateOrder(
  ctx: MutationCtx,
  member: Doc<"members">,
  { orderId, status: written }: { orderId: Id<"orders">; status: string },
): Promise<void> {
  const order = await getOrder(ctx, orderId);
  if (order?.orgId !== member.orgId) throw appError("not_found", "This order does not exist.");
  await requireLiving(ctx, member.orgId, order.contactId);
  const { status } = checked(order.number, written);
  if (status === order.status) return;
  await patchOrder(ctx, orderId, status);
  await recordOf(ctx, member, order.contactId, "contact.order_changed");
}

/** Takes an order away; conversations that name it keep its number. Twice changes nothing more. */
export async function takeOrder(ctx: MutationCtx, member: Doc<"members">, orderId: Id<"orders">): Promise<void> {
  const order = await getOrder(ctx, orderId);
  if (order === null) return;
  if (order.orgId !== member.orgId) throw appError("not_found", "This order does not exist.");
  await requireLiving(ctx, member.orgId, order.contactId);
  await deleteOrder(ctx, orderId);
  await recordOf(ctx, member, order.contactId, "contact.order_removed");
}

function checked(number: string, status: string): ReadOrder {
  const alone = readOrder({ orderNumber: number });
  if (!alone.ok || alone.order === null) {
    throw appError("invalid", "An order number has 1 to 256 characters.", { field: "number" });
  }
  const read = readOrder({ orderNumber: number, orderStatus: status });
  if (read.ok && read.order !== null) return read.order;
  throw appError("invalid", "A state has at most 100 characters.", { field: "status" });
}

async function recordOf(
  ctx: MutationCtx,
  { _id: memberId, orgId }: Doc<"members">,
  contactId: Id<"contacts">,
  action: AuditAction,
): Promise<void> {
  const actor = { kind: "member", memberId } as const;
  await record(ctx, { orgId, actor, action, subject: { table: "contacts", id: contactId } });
}
