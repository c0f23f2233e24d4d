import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../settings/defaults";
import { healthOf, observe, pausedUntil, type Answer } from "./health";
import type { Recent } from "./schema";

const NOW = 1_700_000_000_000;
const METRICS = DEFAULT_SETTINGS.trackingSettings.performanceMetrics;
const CLOSED = { kind: "closed", failures: 0 } as const;
const OK: Answer = { isFailure: false, tookMs: 100 };
const BAD: Answer = { isFailure: true, tookMs: 100 };
const SLOW: Answer = { isFailure: false, tookMs: METRICS.slowAfterMs + 1 };
const times = (answer: Answer, count: number) => Array.from({ length: count }, () => answer);
const state = (answers: Answer[], now = NOW) =>
  healthOf({ breaker: CLOSED, recent: observe(undefined, answers, METRICS, NOW) }, METRICS, now);

describe("health of a connection", () => {
  it("is up while it answers, and before it ever did", () => {
    expect(state([])).toBe("up");
    expect(state(times(OK, 50))).toBe("up");
    // Too few answers say nothing.
    expect(state(times(BAD, METRICS.minimumAnswers - 1))).toBe("up");
  });

  it("is degraded when too many answers fail or are slow", () => {
    expect(state([...times(OK, 70), ...times(BAD, 30)])).toBe("degraded");
    expect(state([...times(OK, 90), ...times(SLOW, 10)])).toBe("degraded");
    expect(state([...times(OK, 95), ...times(BAD, 5)])).toBe("up");
  });

  it("is forgotten: a bad minute does not count half an hour later", () => {
    const bad = times(BAD, 20);
    expect(state(bad)).toBe("degraded");
    expect(state(bad, NOW + 30 * 60_000)).toBe("up");
  });

  it("is down while the breaker keeps messages away, degraded while its provider wants a pause", () => {
    expect(healthOf({ breaker: { kind: "open", until: NOW, reason: "x" } }, METRICS, NOW)).toBe("down");
    expect(healthOf({ breaker: { kind: "half_open", probeSince: NOW } }, METRICS, NOW)).toBe("down");
    const pause = { from: NOW, forMs: 5_000, reason: "429" };
    expect(healthOf({ breaker: CLOSED, pause }, METRICS, NOW + 4_999)).toBe("degraded");
    expect(healthOf({ breaker: CLOSED, pause }, METRICS, NOW + 5_000)).toBe("up");
  });

  it("keeps its sums bounded and its shares true, whatever comes", () => {
    const answer = fc.record({ isFailure: fc.boolean(), tookMs: fc.integer({ min: 0, max: 20_000 }) });
    const step = fc.record({
      answers: fc.array(answer, { maxLength: 200 }),
      waitMs: fc.integer({ min: -5_000, max: 90_000 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let recent: Recent | undefined;
        let now = NOW;
        for (const { answers, waitMs } of steps) {
          now += waitMs;
          recent = observe(recent, answers, METRICS, now);
          expect(recent.answers).toBeLessThanOrEqual(501);
          expect(recent.failures).toBeLessThanOrEqual(recent.answers + 1e-6);
          expect(recent.slow).toBeLessThanOrEqual(recent.answers + 1e-6);
          expect(Math.min(recent.answers, recent.failures, recent.slow)).toBeGreaterThanOrEqual(0);
        }
      }),
      { seed: 5, numRuns: 100 },
    );
  });
});

describe("a pause the provider asked for", () => {
  it("ends when it said, and does not outlive a clock that is set back", () => {
    const pause = { from: NOW, forMs: 60_000, reason: "quota" };
    expect(pausedUntil(undefined, NOW)).toBe(NOW);
    expect(pausedUntil(pause, NOW + 10)).toBe(NOW + 60_000);
    expect(pausedUntil(pause, NOW + 90_000)).toBe(NOW + 90_000);
    expect(pausedUntil(pause, NOW - 3_600_000)).toBe(NOW - 3_600_000);
  });
});
