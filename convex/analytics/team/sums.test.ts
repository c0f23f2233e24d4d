import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../lib/time";
import { counts, duration, meanOf, negative, plus, quantileOf, type Sums } from "./sums";

const minutes = (...values: number[]): Sums =>
  values.map((value) => duration("answer", value * MINUTE_MS)).reduce(plus, {});

describe("durations", () => {
  it("have a mean that is exact", () => expect(meanOf(minutes(10, 20, 60), "answer")).toBe(30 * MINUTE_MS));

  it("have a median and a p90 exact to the bucket", () => {
    // Nine answers within 4 to 5 minutes, one of four hours.
    const sums = minutes(...Array.from({ length: 9 }, () => 5), 240);
    expect(quantileOf(sums, "answer", 0.5)).toBeGreaterThan(2 * MINUTE_MS);
    expect(quantileOf(sums, "answer", 0.5)).toBeLessThanOrEqual(5 * MINUTE_MS);
    expect(quantileOf(sums, "answer", 0.9)).toBe(5 * MINUTE_MS);
    expect(quantileOf(sums, "answer", 0.95)).toBeGreaterThan(3 * HOUR_MS);
  });

  it("say nothing of nothing, and no more than the last bound", () => {
    expect(meanOf({}, "first")).toBeNull();
    expect(quantileOf({}, "first", 0.5)).toBeNull();
    expect(quantileOf(minutes(1_000_000), "answer", 0.5)).toBe(19_200 * MINUTE_MS);
  });
});

describe("sums", () => {
  it("leave out what comes to nought", () => {
    expect(plus(counts({ sent: 2, received: 1 }), counts({ sent: -2 }))).toEqual({ received: 1 });
  });

  it("can be taken back", () => {
    const vSums = fc.dictionary(fc.constantFrom("sent", "received", "answerMs", "answerIn3"), fc.integer());
    fc.assert(
      fc.property(vSums, vSums, (a, b) => {
        expect(plus(plus(a, b), negative(b))).toEqual(plus(a, {}));
      }),
    );
  });
});
