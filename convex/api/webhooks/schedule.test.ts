import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextOf, WAITS_MS } from "./schedule";

describe("what follows a try", () => {
  it.each([200, 201, 204, 299])("%i is success", (status) => {
    expect(nextOf({ status }, 1, 0.5)).toEqual({ kind: "delivered" });
  });

  it.each([301, 302, 400, 404, 429, 500, 503, null])("%s is tried again after five seconds", (status) => {
    expect(nextOf({ status }, 1, 0.5)).toMatchObject({ kind: "retry", inMs: 5_000 });
  });

  it("410 ends it at once", () => {
    expect(nextOf({ status: 410 }, 1, 0.5)).toMatchObject({ kind: "failed", isGone: true });
  });

  it("waits as long as the endpoint asks for, never less than the schedule", () => {
    expect(nextOf({ status: 429, retryAfterMs: 60_000 }, 1, 0.5)).toMatchObject({ inMs: 60_000 });
    expect(nextOf({ status: 429, retryAfterMs: 1_000 }, 2, 0.5)).toMatchObject({ inMs: 300_000 });
  });

  it("ends after the tenth try", () => {
    expect(nextOf({ status: 500 }, WAITS_MS.length, 0.5).kind).toBe("retry");
    expect(nextOf({ status: 500 }, WAITS_MS.length + 1, 0.5)).toMatchObject({ kind: "failed", isGone: false });
  });

  it("keeps the jitter within a tenth", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: WAITS_MS.length }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (tries, unit) => {
          const next = nextOf({ status: 500 }, tries, unit);
          const plain = WAITS_MS[tries - 1] ?? 0;
          expect(next.kind).toBe("retry");
          if (next.kind === "retry") expect(Math.abs(next.inMs - plain)).toBeLessThanOrEqual(plain * 0.1 + 1);
        },
      ),
    );
  });
});
