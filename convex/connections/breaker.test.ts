import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  afterFailure,
  afterSuccess,
  beginProbe,
  CLOSED,
  COOL_DOWN_MS,
  FAILURES_TO_OPEN,
  gate,
  MAX_COOL_DOWN_MS,
  PROBE_TIMEOUT_MS,
} from "./breaker";
import type { Breaker } from "./schema";

const NOW = 1_000_000;
const DOWN = { class: "transient", reason: "503" };
const OPEN: Breaker = { kind: "open", until: NOW + COOL_DOWN_MS, reason: "503", times: 1 };
const HALF_OPEN: Breaker = { kind: "half_open", probeSince: NOW, times: 1 };

function failTimes(times: number): Breaker {
  return Array.from({ length: times }).reduce<Breaker>((breaker) => afterFailure(breaker, DOWN, NOW), CLOSED);
}

describe("closed", () => {
  it("lets everything through and counts failures in a row", () => {
    expect(gate(CLOSED, NOW)).toBe("send");
    expect(failTimes(FAILURES_TO_OPEN - 1)).toEqual({ kind: "closed", failures: FAILURES_TO_OPEN - 1 });
    expect(afterSuccess()).toEqual(CLOSED);
  });

  it("opens at the last failure it takes", () => expect(failTimes(FAILURES_TO_OPEN)).toEqual(OPEN));

  it("opens at once when the credentials are refused", () =>
    expect(afterFailure(CLOSED, { class: "config", reason: "401" }, NOW)).toEqual({ ...OPEN, reason: "401" }));

  it.each(["permanent", "invalid_address", "opted_out", "window_closed"])(
    "forgets failures after a %s answer",
    (kind) =>
      expect(afterFailure({ kind: "closed", failures: 3 }, { class: kind, reason: "550" }, NOW)).toEqual(CLOSED),
  );

  it("does not blame the provider for a rate limit", () => {
    const breaker: Breaker = { kind: "closed", failures: 3 };
    expect(afterFailure(breaker, { class: "rate_limited", reason: "429" }, NOW)).toBe(breaker);
  });
});

describe("open", () => {
  it("refuses until the cool-down is over, then wants a probe", () => {
    expect(gate(OPEN, NOW + COOL_DOWN_MS - 1)).toBe("refuse");
    expect(gate(OPEN, NOW + COOL_DOWN_MS)).toBe("probe");
    expect(beginProbe(OPEN, NOW)).toEqual(HALF_OPEN);
  });

  it("is not prolonged by answers to earlier messages", () => expect(afterFailure(OPEN, DOWN, NOW + 5_000)).toBe(OPEN));
});

describe("half-open", () => {
  it("lets nobody else through until the probe answered or is overdue", () => {
    expect(gate(HALF_OPEN, NOW + PROBE_TIMEOUT_MS - 1)).toBe("refuse");
    expect(gate(HALF_OPEN, NOW + PROBE_TIMEOUT_MS)).toBe("probe");
  });

  it("closes when the provider answers, even with a refused recipient", () => {
    expect(afterSuccess()).toEqual(CLOSED);
    expect(afterFailure(HALF_OPEN, { class: "invalid_address", reason: "550" }, NOW)).toEqual(CLOSED);
  });

  it.each(["transient", "config"])("opens again after a %s failure, for longer each time", (kind) => {
    let breaker: Breaker = HALF_OPEN;
    const coolDowns: number[] = [];
    for (let i = 0; i < 6; i++) {
      const opened = afterFailure(breaker, { class: kind, reason: "503" }, NOW);
      if (opened.kind !== "open") throw new Error("it did not open");
      coolDowns.push(opened.until - NOW);
      breaker = beginProbe(opened, NOW);
    }
    expect(coolDowns[0]).toBe(2 * COOL_DOWN_MS);
    expect(coolDowns).toEqual(coolDowns.toSorted((a, b) => a - b));
    expect(coolDowns.at(-1)).toBe(MAX_COOL_DOWN_MS);
  });

  it("closes after a rate limit: the provider answers, its pause is kept elsewhere", () =>
    expect(afterFailure(HALF_OPEN, { class: "rate_limited", reason: "429" }, NOW)).toEqual(CLOSED));
});

it("asks anew after the clock was set back", () => {
  expect(gate(OPEN, NOW - 24 * MAX_COOL_DOWN_MS)).toBe("probe");
  expect(gate(HALF_OPEN, NOW - 1)).toBe("probe");
});

it("always comes back: whatever happened, one accepted message after the waiting time closes it", () => {
  const step = fc.record({
    class: fc.constantFrom("transient", "config", "rate_limited", "permanent", "ok", "ask"),
    wait: fc.nat({ max: 2 * COOL_DOWN_MS }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let breaker: Breaker = CLOSED;
      let now = NOW;
      for (const { class: kind, wait } of steps) {
        now += wait;
        const answer = gate(breaker, now);
        if (answer === "probe") breaker = beginProbe(breaker, now);
        if (kind === "ok") breaker = afterSuccess();
        else if (kind !== "ask") breaker = afterFailure(breaker, { class: kind, reason: "x" }, now);
        if (breaker.kind === "closed") expect(breaker.failures).toBeLessThan(FAILURES_TO_OPEN);
        if (breaker.kind === "open") expect(breaker.until).toBeLessThanOrEqual(now + MAX_COOL_DOWN_MS);
      }
      const later = now + Math.max(MAX_COOL_DOWN_MS, PROBE_TIMEOUT_MS);
      expect(gate(breaker, later)).not.toBe("refuse");
    }),
  );
});
