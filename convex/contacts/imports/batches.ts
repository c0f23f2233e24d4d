import { readOrders, type WrittenOrders } from "../orders/rules";

// How much of a file one transaction takes. Pure: the browser sends by it.

/** Lines one call may bring: each costs up to ten reads and a write. */
export const MAX_CONTACTS_AT_ONCE = 100;
/** Orders one call may bring: each costs up to seven reads and a write. More than one line may name. */
export const MAX_ORDERS_AT_ONCE = 400;

/** How many orders of a line cost anything. */
export function countOrders(written: WrittenOrders): number {
  const read = readOrders(written);
  return read.ok ? read.orders.length : 0;
}

/** As many of the first lines as name no more orders than one transaction takes; the first always. */
export function withinOrders<Line>(lines: readonly Line[], countOf: (line: Line) => number): Line[] {
  let orders = 0;
  const end = lines.findIndex((line, at) => {
    orders += countOf(line);
    return at > 0 && orders > MAX_ORDERS_AT_ONCE;
  });
  return end === -1 ? [...lines] : lines.slice(0, end);
}
