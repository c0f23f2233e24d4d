import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { makeOrg } from "../../../tests/support/members";
import type { Id } from "../../_generated/dataModel";
import { suppressionOf } from "./model";
import { noteSoftBounce } from "./model/softBounces";
import { areTooMany, SOFT_BOUNCE_DAYS, SOFT_BOUNCE_LIMIT, SOFT_BOUNCE_WINDOW_MS } from "./softBounces";

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.UTC(2026, 4, 12, 10);

describe("soft bounces", () => {
  it("are too many only when there are enough, on enough days, within the window", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 * DAY_MS }), { maxLength: 20 }), (ages) => {
        const times = ages.map((age) => NOW - age);
        const recent = times.filter((at) => NOW - at <= SOFT_BOUNCE_WINDOW_MS);
        const days = new Set(recent.map((at) => Math.floor(at / DAY_MS))).size;
        expect(areTooMany(times, NOW)).toBe(recent.length >= SOFT_BOUNCE_LIMIT && days >= SOFT_BOUNCE_DAYS);
      }),
    );
    expect(
      areTooMany(
        Array.from({ length: 50 }, () => NOW),
        NOW,
      ),
    ).toBe(false);
  });
});

describe("counting them", () => {
  let t: ReturnType<typeof setupConvex>;
  let orgId: Id<"organisations">;

  beforeEach(async () => {
    vi.useFakeTimers({ now: NOW, toFake: ["setTimeout", "clearTimeout", "Date"] });
    t = setupConvex();
    orgId = await makeOrg(t);
  });
  afterEach(() => vi.useRealTimers());

  const bounce = async (reference: string) =>
    await t.run(
      async (ctx) => await noteSoftBounce(ctx, { orgId, channel: "email", address: "A@b.example", reference }),
    );

  it("suppresses the address with the last straw, and counts a message once", async () => {
    for (let i = 0; i < SOFT_BOUNCE_LIMIT; i++) {
      vi.setSystemTime(NOW + i * DAY_MS);
      expect(await bounce(`m${i}`)).toBe(i === SOFT_BOUNCE_LIMIT - 1);
      expect(await bounce(`m${i}`)).toBe(false);
    }
    const found = await t.run(
      async (ctx) =>
        await suppressionOf(ctx, { orgId, channel: "email", address: "a@b.example", purpose: "transactional" }),
    );
    expect(found).toMatchObject({ reason: "soft_bounces", source: `message:m${SOFT_BOUNCE_LIMIT - 1}` });
  });

  it("forgets what is older than the window", async () => {
    for (let i = 0; i < 20; i++) {
      vi.setSystemTime(NOW + i * 5 * DAY_MS);
      expect(await bounce(`m${i}`)).toBe(false);
    }
    expect((await t.run(async (ctx) => await ctx.db.query("softBounces").take(50))).length).toBeLessThanOrEqual(3);
  });
});
