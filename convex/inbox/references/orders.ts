// The orders a conversation is about. Pure.

type WithOrders = { orderRef?: string; moreOrders?: readonly string[] };

/** All orders of a conversation; the first is what `orderNumber` in texts says (requirement S1 order_id). */
export function ordersOf({ orderRef, moreOrders = [] }: WithOrders): string[] {
  return orderRef === undefined ? [] : [orderRef, ...moreOrders];
}
