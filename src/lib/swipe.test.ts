import { expect, test } from "vitest";
import { choiceOf, isFarEnough, isSideways, sideOf } from "./swipe";

test("only a finger that moves along the row swipes it", () => {
  expect(isSideways(40, 10)).toBe(true);
  expect(isSideways(-40, 10)).toBe(true);
  expect(isSideways(40, 40)).toBe(false);
  expect(isSideways(6, 0)).toBe(false);
  expect([sideOf(-30), sideOf(30)]).toEqual(["left", "right"]);
});

test("letting go early does nothing", () => {
  expect([isFarEnough(95), isFarEnough(96), isFarEnough(-96)]).toEqual([false, true, true]);
});

test("an unknown choice counts as the default of its side", () => {
  expect(choiceOf("star", "left")).toBe("star");
  expect(choiceOf("explode", "left")).toBe("snooze");
  expect(choiceOf("explode", "right")).toBe("close");
});
