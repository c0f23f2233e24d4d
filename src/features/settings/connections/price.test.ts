import { describe, expect, it } from "vitest";
import { microsOf, priceInput, priceText } from "./price";

describe("prices in millionths", () => {
  it.each([
    ["0.079", 79_000],
    ["0,079", 79_000],
    [" 1 ", 1_000_000],
    ["", 0],
    ["x", null],
    ["-1", null],
  ])("are read from %j", (text, micros) => {
    expect(microsOf(text)).toBe(micros);
  });

  it("are shown with as many digits as they need, and not when nothing is due", () => {
    expect(priceText(79_000, "en")).toBe("€0.079");
    expect(priceText(400, "en")).toBe("€0.0004");
    expect(priceText(0, "en")).toBeNull();
  });

  it("are typed as they were read", () => {
    expect(microsOf(priceInput(79_000))).toBe(79_000);
  });
});
