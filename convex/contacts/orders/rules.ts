import { keyOf, MAX_ORDER_CHARS, tidyNumber } from "../../lib/orderNumbers";

// What a line of a file says about an order. Pure.

const MAX_STATUS_CHARS = 100;

/** Why an order cannot be used; the interface has a sentence for each. */
export type OrderProblem = "long_order" | "order_without_number" | "order_of_another";

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

/** Whether a line says something new about an order; one that names no status leaves it as it is. */
export function isNewsOf({ status }: ReadOrder, known: { status?: string } | null): boolean {
  return known === null || (status !== undefined && status !== known.status);
}
