import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LANES, type Lane } from "../schema";
import { fullBucket, rateOf, takeToken, WEIGHTS } from "./bucket";
import type { Bucket } from "./schema";

const T0 = 1_700_000_000_000;

type Demand = Record<Lane, number>;

/**
 * Lanes that each want so many messages from an instant on, as dispatchers ask for them: in batches, and again when they
 * were told to come back, a quarter of a second later at the earliest. Returns when each message went.
 */
function simulate(rate: ReturnType<typeof rateOf>, demand: Demand, durationMs: number, startAt: Partial<Demand> = {}) {
  let bucket: Bucket = fullBucket(rate, T0);
  const sent: { lane: Lane; at: number }[] = [];
  const left = { ...demand };
  const askAt: Record<Lane, number> = { critical: T0, transactional: T0, marketing: T0 };
  for (const lane of LANES) askAt[lane] += startAt[lane] ?? 0;
  for (let now = T0; now <= T0 + durationMs; now += 10) {
    for (const lane of LANES) {
      while (left[lane] > 0 && askAt[lane] <= now) {
        const taken = takeToken(bucket, lane, rate, now);
        bucket = taken.bucket;
        if (taken.waitMs > 0) askAt[lane] = now + Math.max(250, taken.waitMs);
        else {
          left[lane] -= 1;
          sent.push({ lane, at: now });
        }
      }
    }
  }
  return sent;
}

const rates = fc.record({
  perSecond: fc.constantFrom(0.5, 1, 2, 5, 10, 50, 100),
  burstSeconds: fc.constantFrom(0.5, 1, 3),
});
const MANY = 1_000_000;

describe("a connection's tokens", () => {
  it("are never given faster than the rate allows, whoever asks", () => {
    const demands = fc.record({ critical: fc.nat(300), transactional: fc.nat(300), marketing: fc.nat(300) });
    fc.assert(
      fc.property(rates, demands, ({ perSecond, burstSeconds }, demand) => {
        const rate = rateOf(perSecond, burstSeconds);
        const sent = simulate(rate, demand, 20_000);
        for (let i = 0; i < sent.length; i += Math.max(1, Math.floor(sent.length / 40))) {
          const from = sent[i]?.at ?? 0;
          const until = from + 5_000;
          const within = sent.filter(({ at }) => at >= from && at <= until).length;
          expect(within).toBeLessThanOrEqual(rate.capacity + 5 * rate.perSecond + 1);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it("all go to a lane that is alone: the rate is used", () => {
    fc.assert(
      fc.property(rates, fc.constantFrom(...LANES), ({ perSecond, burstSeconds }, lane) => {
        const rate = rateOf(perSecond, burstSeconds);
        const demand = { critical: 0, transactional: 0, marketing: 0, [lane]: MANY };
        const sent = simulate(rate, demand, 60_000);
        expect(sent.length).toBeGreaterThanOrEqual(Math.floor(rate.perSecond * 60 * 0.85));
      }),
      { seed: 2, numRuns: 40 },
    );
  });

  it("are shared by weight when all lanes want more than there is: none starves, in either direction", () => {
    const total = Object.values(WEIGHTS).reduce((sum, weight) => sum + weight, 0);
    fc.assert(
      fc.property(rates, ({ perSecond, burstSeconds }) => {
        const rate = rateOf(perSecond, burstSeconds);
        const durationMs = Math.max(60_000, (200 / rate.perSecond) * 1_000);
        const sent = simulate(rate, { critical: MANY, transactional: MANY, marketing: MANY }, durationMs);
        for (const lane of LANES) {
          const share = sent.filter((each) => each.lane === lane).length / sent.length;
          // A dispatcher asks four times a second: at a high rate it takes what it finds then, whoever is waiting.
          expect(share).toBeGreaterThan((WEIGHTS[lane] / total) * 0.5);
        }
      }),
      { seed: 3, numRuns: 30 },
    );
  });

  it("come soon to a lane that joins, however long the others have been at it", () => {
    fc.assert(
      fc.property(rates, fc.constantFrom(...LANES), ({ perSecond, burstSeconds }, late) => {
        const rate = rateOf(perSecond, burstSeconds);
        const demand = { critical: MANY, transactional: MANY, marketing: MANY, [late]: 1 };
        const sent = simulate(rate, demand, 120_000, { [late]: 30_000 });
        const first = sent.find(({ lane }) => lane === late);
        // At most every other lane's share of one round, and the quarter second between questions.
        const roundMs = ((WEIGHTS.critical + WEIGHTS.transactional + 1) / WEIGHTS[late]) * (1_000 / rate.perSecond);
        expect(first).toBeDefined();
        expect((first?.at ?? Infinity) - T0 - 30_000).toBeLessThanOrEqual(roundMs * 2 + 3_000);
      }),
      { seed: 4, numRuns: 40 },
    );
  });

  it("wait for a critical message even where marketing has been taking all it gets", () => {
    const rate = rateOf(100, 1);
    const sent = simulate(rate, { critical: 5, transactional: 0, marketing: MANY }, 10_000, { critical: 5_000 });
    const critical = sent.filter(({ lane }) => lane === "critical").map(({ at }) => at - T0 - 5_000);
    expect(critical).toEqual([0, 0, 0, 0, 0]);
  });

  it("survive a clock that is set back or far forward", () => {
    const rate = rateOf(1, 1);
    let { bucket } = takeToken(fullBucket(rate, T0), "critical", rate, T0);
    const back = takeToken(bucket, "marketing", rate, T0 - 24 * 3_600_000);
    expect(back.waitMs).toBeGreaterThan(0);
    expect(back.waitMs).toBeLessThanOrEqual(1_000);
    bucket = back.bucket;
    expect(takeToken(bucket, "critical", rate, T0 - 24 * 3_600_000 + 5_000).waitMs).toBe(0);
    const forward = takeToken(bucket, "critical", rate, T0 + 365 * 24 * 3_600_000);
    expect(forward.waitMs).toBe(0);
    expect(forward.bucket.tokens).toBeLessThanOrEqual(rate.capacity);
  });
});
