import { expect, it } from "vitest";
import { isNewsOf, readOrder, readOrders } from "./rules";

it("reads a number and a status without blanks that say nothing, and finds the number whatever its case", () => {
  expect(readOrder({ orderNumber: " Ab  12 ", orderStatus: " in  Arbeit " })).toEqual({
    ok: true,
    order: { number: "Ab 12", key: "ab 12", status: "in Arbeit" },
  });
  expect(readOrder({ orderNumber: "A-1", orderStatus: " " })).toEqual({
    ok: true,
    order: { number: "A-1", key: "a-1" },
  });
});

it("knows lines without an order, and refuses a status of none and what is no number", () => {
  expect(readOrder({})).toEqual({ ok: true, order: null });
  expect(readOrder({ orderNumber: " " })).toEqual({ ok: true, order: null });
  expect(readOrder({ orderStatus: "offen" })).toEqual({ ok: false, problem: "order_without_number" });
  expect(readOrder({ orderNumber: "x".repeat(257) })).toEqual({ ok: false, problem: "long_order" });
  expect(readOrder({ orderNumber: "x".repeat(256), orderStatus: "y".repeat(101) })).toMatchObject({ ok: false });
  expect(readOrder({ orderNumber: "x".repeat(256), orderStatus: "y".repeat(100) })).toMatchObject({ ok: true });
});

it("tells what is new", () => {
  const order = { number: "A", key: "a", status: "offen" };
  expect(isNewsOf(order, null)).toBe(true);
  expect(isNewsOf(order, {})).toBe(true);
  expect(isNewsOf(order, { status: "versandt" })).toBe(true);
  expect(isNewsOf(order, { status: "offen" })).toBe(false);
  expect(isNewsOf({ number: "A", key: "a" }, { status: "versandt" })).toBe(false);
});

it("reads all orders of a line, one named twice as one, and says which cannot be used", () => {
  expect(readOrders({ orderNumber: "A-1", orders: "a-1 (paid); B-1 (open); b-1" })).toEqual({
    ok: true,
    orders: [
      { number: "A-1", key: "a-1", status: "paid" },
      { number: "B-1", key: "b-1", status: "open" },
    ],
  });
  expect(readOrders({ orders: "A-1 (paid); a-1 (open)" })).toEqual({ ok: false, problem: "order_twice", about: "a-1" });
  expect(readOrders({ orders: "A-1; (open)" })).toEqual({ ok: false, problem: "order_without_number", about: "open" });
  expect(readOrders({ orders: "A-1, A-2" })).toEqual({ ok: false, problem: "unreadable_orders", about: "A-1, A-2" });
  const long = { ok: false, problem: "long_order", about: `${"x".repeat(59)}…` };
  expect(readOrders({ orders: `A-1; ${"x".repeat(257)}` })).toEqual(long);
  expect(readOrders({ orders: `A-1; B-1 (${"y".repeat(101)})` })).toMatchObject({
    problem: "long_order",
    about: "B-1",
  });
  const many = Array.from({ length: 201 }, (_, at) => `A-${at}`);
  expect(readOrders({ orders: many.slice(1).join(";") })).toMatchObject({ ok: true });
  expect(readOrders({ orders: many.join(";") })).toEqual({ ok: false, problem: "too_many_orders" });
});
