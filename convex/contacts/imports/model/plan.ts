import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { addressesOf, findByAddress, getAddress } from "../../model";
import { findOrder } from "../../orders/model";
import { isNewsOf, said, type ReadOrder } from "../../orders/rules";
import {
  addressesOfRow,
  filledFrom,
  hasAddressOf,
  sameFields,
  type LineProblem,
  type ReadContact,
  type RowAddresses,
} from "../rowRules";
import type { ContactVerdict, FilledFields } from "../schema";

type Import = Doc<"contactImports">;
export type Plan = { verdict: ContactVerdict; problem?: LineProblem; about?: string };
type Owner = Doc<"contacts"> | null;

/**
 * What a line would do now. It is `repeated` when an earlier one of the file has one of its addresses, unless it brings
 * another order of that person.
 */
export async function planOf(
  ctx: QueryCtx,
  found: Import,
  row: ReadContact,
  orders: readonly ReadOrder[],
): Promise<Plan> {
  const isRepeated = await isInFile(ctx, found._id, row);
  if (isRepeated && orders.length === 0) return { verdict: "repeated" };
  const owner = await ownerOf(ctx, found.orgId, row);
  if (owner === "two_people") return { verdict: "rejected", problem: "two_people" };
  let isAnyNew = orders.length === 0;
  for (const order of orders) {
    const known = await orderInFile(ctx, found, order, row, owner);
    if (known === "of_another") return ofAnother(order);
    isAnyNew ||= known === "new";
  }
  if (isRepeated && !isAnyNew) return { verdict: "repeated" };
  const foreign = await orderOfAnother(ctx, found.orgId, orders, owner);
  if (foreign !== null) return ofAnother(foreign);
  if (owner === null) return { verdict: isRepeated ? "update" : "create" };
  return { verdict: (await isNews(ctx, found.orgId, row, orders, owner)) ? "update" : "unchanged" };
}

/** The first of a line's orders that is known as somebody's who is not the one its addresses belong to. */
export async function orderOfAnother(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  orders: readonly ReadOrder[],
  owner: Owner,
): Promise<ReadOrder | null> {
  for (const order of orders) {
    const found = await findOrder(ctx, orgId, order.key);
    if (found !== null && found.contactId !== owner?._id) return order;
  }
  return null;
}

function ofAnother({ number }: ReadOrder): Plan {
  return { verdict: "rejected", problem: "order_of_another", about: said(number) };
}

async function isNews(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  row: ReadContact,
  orders: readonly ReadOrder[],
  owner: Doc<"contacts">,
): Promise<boolean> {
  const known = (await addressesOf(ctx, owner._id)).map(({ address }) => address);
  const isSame = sameFields(fieldsOf(owner), filledFrom(fieldsOf(owner), row, known));
  if (!isSame || (await newAddresses(ctx, orgId, row)).length > 0) return true;
  for (const order of orders) {
    if (isNewsOf(order, (await findOrder(ctx, orgId, order.key))?.order ?? null)) return true;
  }
  return false;
}

/** Whether an earlier line of the file names the order, and for whom. */
async function orderInFile(
  ctx: QueryCtx,
  { _id: importId, orgId }: Import,
  { key }: ReadOrder,
  row: ReadContact,
  owner: Owner,
): Promise<"new" | "repeated" | "of_another"> {
  const named = await ctx.db
    .query("contactImportOrders")
    .withIndex("by_key", (q) => q.eq("importId", importId).eq("key", key))
    .first();
  const earlier = named === null ? null : await ctx.db.get("contactImportRows", named.rowId);
  if (earlier === null) return "new";
  if (hasAddressOf(row, earlier)) return "repeated";
  const itsOwner = await ownerOf(ctx, orgId, earlier);
  const isSame = owner !== null && itsOwner !== null && itsOwner !== "two_people" && itsOwner._id === owner._id;
  return isSame ? "repeated" : "of_another";
}

/** The contact the line's addresses belong to; null when nobody has them. */
export async function ownerOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  row: RowAddresses,
): Promise<Owner | "two_people"> {
  let owner: Owner = null;
  for (const each of addressesOfRow(row)) {
    const found = await findByAddress(ctx, { orgId, ...each });
    if (found !== null && owner !== null && found._id !== owner._id) return "two_people";
    owner = found ?? owner;
  }
  return owner;
}

/** Those addresses of the line that no contact has on their channel yet. */
export async function newAddresses(ctx: QueryCtx, orgId: Id<"organisations">, row: ReadContact) {
  const all = addressesOfRow(row);
  const rows = await Promise.all(all.map(async (each) => await getAddress(ctx, { orgId, ...each })));
  return all.filter((_, at) => rows[at] === null);
}

/** What of a contact an import may fill. */
export function fieldsOf(contact: Doc<"contacts">): FilledFields {
  const { name, firstName, lastName, locale, timezone, attributes } = contact;
  return { name, firstName, lastName, locale, timezone, attributes };
}

async function isInFile(ctx: QueryCtx, importId: Id<"contactImports">, row: ReadContact): Promise<boolean> {
  if (row.email !== undefined) {
    const found = await ctx.db
      .query("contactImportRows")
      .withIndex("by_email", (q) => q.eq("importId", importId).eq("email", row.email))
      .first();
    if (found !== null) return true;
  }
  // The same number is the same person on SMS and WhatsApp.
  for (const number of [row.phone, row.whatsapp]) {
    if (number === undefined) continue;
    const asPhone = await ctx.db
      .query("contactImportRows")
      .withIndex("by_phone", (q) => q.eq("importId", importId).eq("phone", number))
      .first();
    const asWhatsApp = await ctx.db
      .query("contactImportRows")
      .withIndex("by_whatsapp", (q) => q.eq("importId", importId).eq("whatsapp", number))
      .first();
    if (asPhone !== null || asWhatsApp !== null) return true;
  }
  return false;
}
