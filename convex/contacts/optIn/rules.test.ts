import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideAsk, MAX_REQUESTS_PER_DAY, MAX_SENDS, OPT_IN_LIFETIME_MS, RESEND_AFTER_MS } from "./rules";

const DAY_MS = 24 * 60 * 60_000;

describe("asking for confirmations at random", () => {
  it("never sends more than the caps allow, and always says when to come back", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 6 * 60 * 60_000 }), { maxLength: 60 }), (gaps) => {
        let now = 0;
        const requests: { requestedAt: number; expiresAt: number; lastSentAt: number; sends: number }[] = [];
        const sentAt: number[] = [];
        for (const gap of gaps) {
          now += gap;
          const newest = requests.at(-1);
          const decision = decideAsk(newest === undefined ? null : { ...newest, isConfirmed: false }, requests, now);
          if (decision.kind === "refuse") {
            expect(decision.retryAt).toBeGreaterThan(now);
            continue;
          }
          if (decision.kind === "new") {
            requests.push({ requestedAt: now, expiresAt: now + OPT_IN_LIFETIME_MS, lastSentAt: now, sends: 1 });
          } else if (newest !== undefined) {
            newest.lastSentAt = now;
            newest.sends += 1;
          }
          sentAt.push(now);
        }
        for (const [index, at] of sentAt.entries()) {
          expect(at - (sentAt[index - 1] ?? -RESEND_AFTER_MS)).toBeGreaterThanOrEqual(RESEND_AFTER_MS);
          const inADay = sentAt.filter((other) => other <= at && at - other < DAY_MS);
          expect(inADay.length).toBeLessThanOrEqual(MAX_SENDS * MAX_REQUESTS_PER_DAY);
        }
        for (const { sends } of requests) expect(sends).toBeLessThanOrEqual(MAX_SENDS);
      }),
    );
  });
});
