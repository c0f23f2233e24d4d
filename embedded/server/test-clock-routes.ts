import type { JSONValue } from "convex/values";
import type { ManualClock } from "../clock.ts";
import { DeveloperError } from "../errors.ts";
import { readJsonObject } from "../http/body.ts";
import { type Gatekeeper, jsonReply, type RouteTable } from "../http/exchange.ts";

/**
 * Moves the test clock (design.md section 6): `advanceToMs` and `advanceByMs` live through everything on the way,
 * `jumpToMs` sleeps through it. Only routed when the backend was started with one. `settle` waits until
 * everything that is due has run.
 */
export function testClockRoutes(deps: {
  clock: ManualClock;
  gatekeeper: Gatekeeper;
  settle: () => Promise<void>;
  /** Called with the instant before the clock moves there. */
  remember: (targetMs: number) => void;
}): RouteTable {
  const { clock, gatekeeper, settle, remember } = deps;
  // Two moves at once would fire each other's timers.
  let moving: Promise<void> = Promise.resolve();
  return {
    "GET /api/test_clock": async (exchange) => {
      await gatekeeper.requireAdmin(exchange);
      return jsonReply({ nowMs: clock.nowMs() });
    },
    "POST /api/test_clock": async (exchange) => {
      const body = await readJsonObject(exchange.request);
      await gatekeeper.requireAdmin(exchange);
      moving = moving.then(async () => {
        const target = targetMs(body, clock.nowMs());
        remember(target);
        await (typeof body["jumpToMs"] === "number" ? clock.jumpTo(target, settle) : clock.advanceTo(target, settle));
      });
      const moved = moving;
      // The next move must not fail because this one did.
      moving = moved.catch(() => undefined);
      await moved;
      return jsonReply({ nowMs: clock.nowMs() });
    },
  };
}

function targetMs(body: Record<string, JSONValue | undefined>, nowMs: number): number {
  const { advanceToMs, advanceByMs, jumpToMs } = body;
  const target = typeof advanceByMs === "number" ? nowMs + advanceByMs : (jumpToMs ?? advanceToMs);
  if (typeof target !== "number" || !Number.isFinite(target)) {
    throw new DeveloperError(
      "BadJsonBody",
      "Give `advanceToMs`, `advanceByMs` or `jumpToMs` as a number of milliseconds",
    );
  }
  if (target < nowMs) throw new DeveloperError("ClockCannotGoBack", "The test clock never goes back");
  return target;
}
