import { keyOf, tidyNumber } from "../lib/orderNumbers";

// The states of orders a text is made for, in the words of the system the orders come from (product.md A-35). Pure.

/** States one text may be made for. */
export const MAX_ORDER_STATES = 20;
/** As long as a state of an order may be. */
export const MAX_ORDER_STATE_CHARS = 100;

/** States as they were typed, without empty ones and without those that say the same. */
export function tidyOrderStates(typed: readonly string[]): string[] {
  const known = new Map<string, string>();
  for (const each of typed.map(tidyNumber)) if (each !== "" && !known.has(keyOf(each))) known.set(keyOf(each), each);
  return [...known.values()];
}

/** Whether an order is in one of the states: case and blanks say nothing. */
export function isInState(states: readonly string[], ofOrders: readonly string[]): boolean {
  const asked = new Set(states.map(keyOf));
  return ofOrders.some((state) => asked.has(keyOf(state)));
}
