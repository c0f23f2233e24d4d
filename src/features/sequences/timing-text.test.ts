import { describe, expect, it } from "vitest";
import { wholeUnit } from "./timing-text";

describe("wholeUnit", () => {
  it("uses the largest unit that fits without a rest", () => {
    expect(wholeUnit(-1_440)).toEqual({ amount: 1, unit: "day" });
    expect(wholeUnit(120)).toEqual({ amount: 2, unit: "hour" });
    expect(wholeUnit(-90)).toEqual({ amount: 90, unit: "minute" });
    expect(wholeUnit(0)).toEqual({ amount: 0, unit: "minute" });
  });
});
