import { afterEach, expect, test, vi } from "vitest";
import { settle } from "../../tests/support/bookings";
import { setupConvex } from "../../tests/support/convex";
import { internal } from "../_generated/api";
import { MINUTE_MS } from "../lib/time";

// The demo is the same at whatever hour somebody starts it: opening hours are from Monday to Friday, nine to five.

/** How long nothing but what the person at the screen does should move in the list, in minutes. */
const QUIET_MINUTES = 8;

afterEach(() => {
  vi.useRealTimers();
});

test.each([
  ["a Monday morning, just opened", "2026-11-23T08:05:00Z"],
  ["a Monday noon", "2026-11-23T11:10:00Z"],
  ["a Wednesday, just before closing", "2026-11-25T15:52:00Z"],
  ["a Friday night", "2026-11-27T22:00:00Z"],
  ["a Sunday", "2026-11-29T10:00:00Z"],
])("on %s two conversations are past their deadline and no other is about to be", async (_, at) => {
  vi.useFakeTimers({ now: Date.parse(at) });
  const t = setupConvex();
  await t.action(internal.dev.seed.run, {});
  await settle(t, 30);
  const now = Date.now();
  const clocks = await t.run(async (ctx) => await ctx.db.query("slaClocks").take(100));
  const late = clocks.filter(({ isActive, breachedAt }) => isActive && breachedAt !== undefined);
  const named = await t.run(async (ctx) => {
    const threads = await Promise.all(late.map(async ({ threadId }) => await ctx.db.get("threads", threadId)));
    return threads.map((thread) => thread?.subject);
  });
  expect(new Set(named)).toEqual(new Set(["Liegeplatz für die kommende Saison", "Rechnung für SKS-Törnvorbereitung"]));
  const wakes = clocks.flatMap(({ wakeAt }) => (wakeAt === undefined ? [] : [(wakeAt - now) / MINUTE_MS]));
  expect(Math.min(...wakes)).toBeGreaterThan(QUIET_MINUTES);
  // One task for each of the two, and one for a message that did not arrive.
  expect(await t.run(async (ctx) => await ctx.db.query("tasks").take(100))).toHaveLength(3);
});
