import { expect, it } from "vitest";
import { keyOf } from "../../lib/orderNumbers";
import { MAX_ORDERS, ordersOf, readOrders } from "./orders";

it("keeps each order once, in the order they were named", () => {
  expect(readOrders([" A-2 ", "", "a-2", "B  1"])).toEqual(["A-2", "B 1"]);
  expect(readOrders(Array.from({ length: MAX_ORDERS + 1 }, (_, each) => `A-${each}`))).toBeNull();
  expect(readOrders(["x".repeat(257)])).toBeNull();
});

it("has none without a first one, and finds them whatever their case", () => {
  expect(ordersOf({})).toEqual([]);
  expect(ordersOf({ orderRef: "A-1" })).toEqual(["A-1"]);
  expect(ordersOf({ orderRef: "A-1", moreOrders: ["A-2"] })).toEqual(["A-1", "A-2"]);
  expect(keyOf("  Ab-1  c ")).toBe("ab-1 c");
});
