import { describe, expect, it } from "vitest";
import { durationText, euros, percent, whole } from "./number-format";

describe("figures in words", () => {
  it.each([
    [0, "0 ms"],
    [320.4, "320 ms"],
    [4_200, "4.2 sec"],
    [42_000, "42 sec"],
    [90_000, "1.5 min"],
    [12_600_000, "3.5 hr"],
    [null, "–"],
  ])("%s ms is %s", (ms, text) => {
    expect(durationText(ms, "en")).toBe(text);
  });

  it("are written as the language does", () => {
    expect(whole(1_234, "de")).toBe("1.234");
    expect(percent(0.9871, "en")).toBe("98.7%");
    expect(percent(null, "en")).toBe("–");
    expect(euros(12_345_678, "en")).toBe("€12.35");
  });
});
