import { keyOf, MAX_ORDER_CHARS, tidyNumber } from "../../lib/orderNumbers";
import { ordersOfCell, type CellOrder } from "./cell";

// What a line of a file says about an order. Pure.

const MAX_STATUS_CHARS = 100;
/** More orders in one line belong into several lines: a transaction reads and writes each. */
export const MAX_ORDERS_OF_LINE = 200;
/** How much of what cannot be used is said. */
const MAX_SAID_CHARS = 60;

/** Why one order cannot be used; the interface has a sentence for each. */
export type OrderProblem = "long_order" | "order_without_number" | "order_of_another";
/** Why the orders of a line cannot be used. */
export type OrdersProblem = OrderProblem | "unreadable_orders" | "order_twice" | "too_many_orders";

/** What a line says about orders: one in two cells, any number in one, or both. */
export type WrittenOrders = { orderNumber?: string; orderStatus?: string; orders?: string };

export type ReadOrder = { number: string; key: string; status?: string };

/** The order of a line, or none, or why it says nothing usable. */
export function readOrder(written: {
  orderNumber?: string;
  orderStatus?: string;
}): { ok: true; order: ReadOrder | null } | { ok: false; problem: OrderProblem } {
  const number = tidyNumber((written.orderNumber ?? "").normalize("NFC"));
  const status = tidyNumber((written.orderStatus ?? "").normalize("NFC"));
  if (number === "") return status === "" ? { ok: true, order: null } : { ok: false, problem: "order_without_number" };
  if (number.length > MAX_ORDER_CHARS || status.length > MAX_STATUS_CHARS) return { ok: false, problem: "long_order" };
  return { ok: true, order: { number, key: keyOf(number), ...(status === "" ? {} : { status }) } };
}

/**
 * The orders of a line, or why it says nothing usable; `about`: which order that is, shortened. An order that is named
 * twice is one, unless with two states.
 */
export function readOrders(
  written: WrittenOrders,
): { ok: true; orders: ReadOrder[] } | { ok: false; problem: OrdersProblem; about?: string } {
  const cell = ordersOfCell(written.orders ?? "");
  if (!cell.ok) return { ok: false, problem: "unreadable_orders", about: said(cell.part) };
  const byKey = new Map<string, ReadOrder>();
  for (const each of [written, ...cell.orders]) {
    const read = readOrder(each);
    if (!read.ok) return { ok: false, problem: read.problem, ...aboutOf(each) };
    if (read.order === null) continue;
    const { number, key, status } = read.order;
    const known = byKey.get(key);
    if (known?.status !== undefined && status !== undefined && status !== known.status) {
      return { ok: false, problem: "order_twice", about: said(number) };
    }
    byKey.set(key, { ...read.order, ...known });
  }
  if (byKey.size > MAX_ORDERS_OF_LINE) return { ok: false, problem: "too_many_orders" };
  return { ok: true, orders: [...byKey.values()] };
}

/** What cannot be used, short enough for a sentence. */
export function said(text: string): string {
  const tidy = tidyNumber(text);
  const chars = Array.from(tidy);
  return chars.length <= MAX_SAID_CHARS ? tidy : `${chars.slice(0, MAX_SAID_CHARS - 1).join("")}…`;
}

function aboutOf({ orderNumber = "", orderStatus = "" }: Partial<CellOrder>): { about?: string } {
  const about = said(tidyNumber(orderNumber) === "" ? orderStatus : orderNumber);
  return about === "" ? {} : { about };
}

/** Whether a line says something new about an order; one that names no status leaves it as it is. */
export function isNewsOf({ status }: ReadOrder, known: { status?: string } | null): boolean {
  return known === null || (status !== undefined && status !== known.status);
}
