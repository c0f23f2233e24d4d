import { expect, it } from "vitest";
import { isNewsOf, readOrder } from "./rules";

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
