import { expect, test } from "vitest";
import { keyboardHeight } from "./on-screen-keyboard";

test("a keyboard takes its height from the page; toolbars and zooming do not", () => {
  expect(keyboardHeight(844, { height: 844, scale: 1 })).toBe(0);
  expect(keyboardHeight(844, { height: 508.4, scale: 1 })).toBe(336);
  expect(keyboardHeight(844, { height: 780, scale: 1 })).toBe(0);
  expect(keyboardHeight(844, { height: 422, scale: 2 })).toBe(0);
});
