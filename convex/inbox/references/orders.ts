import { keyOf, MAX_ORDER_CHARS, tidyNumber } from "../../lib/orderNumbers";

// The orders a conversation is about, and what it is found by. Pure.

/** More is a list, not a conversation. */
export const MAX_ORDERS = 20;

type WithOrders = { orderRef?: string; moreOrders?: readonly string[] };

/** All orders of a conversation; the first is what `orderNumber` in texts says (requirement S1 order_id). */
export function ordersOf({ orderRef, moreOrders = [] }: WithOrders): string[] {
  return orderRef === undefined ? [] : [orderRef, ...moreOrders];
}

/** Orders as they were typed, without blanks and each once whatever its case; null for too many or too long ones. */
export function readOrders(texts: readonly string[]): string[] | null {
  const known = new Map<string, string>();
  for (const text of texts) {
    const order = tidyNumber(text);
    if (order !== "" && !known.has(keyOf(order))) known.set(keyOf(order), order);
  }
  const orders = [...known.values()];
  return orders.length <= MAX_ORDERS && orders.every((order) => order.length <= MAX_ORDER_CHARS) ? orders : null;
}
