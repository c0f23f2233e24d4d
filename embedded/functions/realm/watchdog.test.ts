import { constants, createContext, Script } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Watchdog } from "./watchdog.ts";

const LIMIT_MS = 50;

let watchdog: Watchdog;
beforeAll(async () => {
  watchdog = await Watchdog.start(LIMIT_MS);
});
afterAll(() => watchdog.close());

/** Runs code as a realm does: in a context with a microtask queue of its own. */
function runAsFunction(code: string): "finished" | "cutOff" {
  const context = createContext(constants.DONT_CONTEXTIFY, { microtaskMode: "afterEvaluate" });
  return watchdog.watch(() => {
    const before = watchdog.enterFunction();
    new Script(code).runInContext(context);
    watchdog.leave(before);
  });
}

test.each([
  ["a loop", "for (;;);"],
  ["a loop that catches everything", "for (;;) { try { for (;;); } catch {} finally { continue; } }"],
  ["promises that follow each other", "(function next() { Promise.resolve().then(next) })()"],
  [
    "promises that are rejected and caught",
    "(async () => { for (;;) { try { await Promise.reject(1) } catch {} } })()",
  ],
  ["a search that backtracks for ever", "/^(a+)+$/.test('a'.repeat(64) + 'b')"],
])("%s is cut off, again and again", (_, code) => {
  for (let i = 0; i < 3; i++) expect(runAsFunction(code)).toBe("cutOff");
  expect(runAsFunction("1 + 1")).toBe("finished");
});

test("promises that are rejected and caught are cut off", async () => {
  // What is cut off while Node notes that a rejection was handled counts as unhandled; the runner tells the realm.
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", () => undefined);
  for (let i = 0; i < 5; i++) {
    expect(runAsFunction("(async () => { for (;;) { try { await Promise.reject(1) } catch {} } })()")).toBe("cutOff");
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  process.removeAllListeners("unhandledRejection");
  for (const listener of others) process.on("unhandledRejection", listener);
});

test("work of the backend is never cut off, however long it takes", () => {
  let isWorkDone = false;
  const outcome = watchdog.watch(() => {
    const outside = watchdog.enterFunction();
    const inside = watchdog.enterHost(true);
    const endMs = performance.now() + 10 * LIMIT_MS;
    while (performance.now() < endMs);
    isWorkDone = true;
    watchdog.leave(inside);
    watchdog.leave(outside);
  });
  expect(isWorkDone).toBe(true);
  // The monitor may have noticed or not.
  expect(["finished", "cutOff"]).toContain(outcome);
});

test("what the work throws comes out", () => {
  const work = () => {
    throw new Error("of its own");
  };
  expect(() => watchdog.watch(work)).toThrow("of its own");
});
