import { describe, expect, it } from "vitest";
import { isInState, tidyOrderStates } from "./orderStates";

describe("states of orders", () => {
  it("are kept once, as they were first typed, without empty ones", () => {
    expect(tidyOrderStates([" Shipped ", "", "shipped", "in  transit", "In Transit "])).toEqual([
      "Shipped",
      "in transit",
    ]);
  });

  it.each([
    [["Shipped"], ["SHIPPED "], true],
    [["shipped", "delivered"], ["new", "Delivered"], true],
    [["shipped"], ["ship"], false],
    [["shipped"], [], false],
    [[], ["shipped"], false],
  ])("%j are those of %j: %s", (states, orders, expected) => expect(isInState(states, orders)).toBe(expected));
});
