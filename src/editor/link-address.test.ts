import { describe, expect, it } from "vitest";
import { linkAddress } from "./link-address";

describe("the address of a link", () => {
  it.each([
    ["https://haff.example/a?b=1", "https://haff.example/a?b=1"],
    [" haff.example ", "https://haff.example"],
    ["haff.example:8080/x", "https://haff.example:8080/x"],
    ["max@example.org", "mailto:max@example.org"],
    ["mailto:max@example.org", "mailto:max@example.org"],
    ["tel:+49151", "tel:+49151"],
    ["javascript:alert(1)", null],
    ["data:text/html,x", null],
    ["https://", null],
    ["two words.example", null],
    ["Haff", null],
    ["", null],
  ])("%s → %s", (typed, address) => expect(linkAddress(typed)).toBe(address));
});
