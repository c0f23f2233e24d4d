import { describe, expect, it } from "vitest";
import { countedMinutes, durationText } from "./working-time";

const MINUTE_MS = 60_000;

describe("countedMinutes", () => {
  it("adds up what counts from an instant on", () => {
    const pieces = [
      { kind: "counted", from: 0, to: 60 * MINUTE_MS },
      { kind: "closed", from: 60 * MINUTE_MS, to: 90 * MINUTE_MS },
      { kind: "counted", from: 90 * MINUTE_MS, to: 120 * MINUTE_MS },
    ];
    expect(countedMinutes(pieces, 0)).toBe(90);
    expect(countedMinutes(pieces, 50 * MINUTE_MS)).toBe(40);
    expect(countedMinutes(pieces, 500 * MINUTE_MS)).toBe(0);
  });
});

describe("durationText", () => {
  it("says hours and minutes, never days", () => {
    expect(durationText(240, "en")).toBe("4 hr");
    expect(durationText(90, "de")).toBe("1 Std. 30 Min.");
    expect(durationText(30 * 60, "en")).toBe("30 hr");
    expect(durationText(0, "en")).toBe("0 min");
  });
});
