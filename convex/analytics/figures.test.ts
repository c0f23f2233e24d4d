import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noFigures, sum, withAttempt, withReceipt, type AttemptFact, type ReceiptFact } from "./figures";

const attempt: fc.Arbitrary<AttemptFact> = fc.record({
  outcome: fc.oneof(
    fc.constantFrom({ kind: "accepted" as const }, { kind: "lost" as const }, { kind: "released" as const }),
    fc.constantFrom("transient", "config").map((name) => ({ kind: "refused" as const, failure: { class: name } })),
  ),
  tookMs: fc.nat(10_000),
  queuedMs: fc.nat(10_000),
  priceMicros: fc.nat(100_000),
  segments: fc.nat(5),
});
const receipt: fc.Arbitrary<ReceiptFact> = fc.record({
  kind: fc.constantFrom("sent", "delivered", "bounced", "opened", "clicked"),
  isMachine: fc.boolean(),
  isTransient: fc.boolean(),
});

describe("figures", () => {
  it("count each attempt once, and none that never reached the provider", () => {
    fc.assert(
      fc.property(fc.array(attempt), (all) => {
        const figures = all.reduce(withAttempt, noFigures());
        const reached = all.filter(({ outcome }) => outcome.kind !== "released").length;
        expect(figures.accepted + figures.refused + figures.lost).toBe(reached);
        expect(Object.values(figures.errors).reduce((a, b) => a + b, 0)).toBe(figures.refused);
        expect(figures.took.reduce((a, b) => a + b, 0)).toBe(reached);
      }),
    );
  });

  it("cost nothing unless the provider took the message", () => {
    const lost = withAttempt(noFigures(), { outcome: { kind: "lost" }, priceMicros: 5 });
    const taken = withAttempt(noFigures(), { outcome: { kind: "accepted" }, priceMicros: 5, segments: 2 });
    expect([lost.costMicros, taken.costMicros, taken.segments]).toEqual([0, 5, 2]);
  });

  it("do not take machines for readers, nor a soft bounce for a bounce", () => {
    expect(withReceipt(noFigures(), { kind: "opened", isMachine: true }).opened).toBe(0);
    expect(withReceipt(noFigures(), { kind: "opened" }).opened).toBe(1);
    expect(withReceipt(noFigures(), { kind: "bounced", isTransient: true }).bounced).toBe(0);
    expect(withReceipt(noFigures(), { kind: "delivered", isMachine: true }).delivered).toBe(1);
  });

  it("of two stretches are the figures of both together", () => {
    fc.assert(
      fc.property(fc.array(attempt), fc.array(attempt), fc.array(receipt), (a, b, receipts) => {
        const first = receipts.reduce(withReceipt, a.reduce(withAttempt, noFigures()));
        const second = b.reduce(withAttempt, noFigures());
        const whole = receipts.reduce(withReceipt, [...a, ...b].reduce(withAttempt, noFigures()));
        expect(sum(first, second)).toEqual(whole);
      }),
    );
  });
});
