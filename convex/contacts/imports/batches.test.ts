import { expect, it } from "vitest";
import { countOrders, MAX_ORDERS_AT_ONCE, withinOrders } from "./batches";

it("takes lines until their orders are too many, and the first in any case", () => {
  const most = (...counts: number[]) => withinOrders(counts, (count) => count);
  expect(most(1, 0, 2)).toEqual([1, 0, 2]);
  expect(most(MAX_ORDERS_AT_ONCE - 1, 1, 1, 0)).toEqual([MAX_ORDERS_AT_ONCE - 1, 1]);
  expect(most(MAX_ORDERS_AT_ONCE + 1, 0)).toEqual([MAX_ORDERS_AT_ONCE + 1]);
  expect(most()).toEqual([]);
});

it("counts the orders of a line that can be used", () => {
  expect(countOrders({ orderNumber: "A-1", orders: "A-2; A-3; a-2" })).toBe(3);
  expect(countOrders({ orders: "A-2, A-3" })).toBe(0);
});
