import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { follow, lead, WakeUp } from "./wake-ups.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

function counted(): { wakeUp: WakeUp; runs: () => number } {
  let runs = 0;
  return { wakeUp: new WakeUp(() => runs++), runs: () => runs };
}

test("runs once, at the earliest moment asked for", () => {
  const { wakeUp, runs } = counted();
  for (const delayMs of [500, 100, 300]) wakeUp.after(delayMs);
  vi.advanceTimersByTime(99);
  expect(runs()).toBe(0);
  vi.advanceTimersByTime(1);
  expect(runs()).toBe(1);
  vi.advanceTimersByTime(1000);
  expect(runs()).toBe(1);
  wakeUp.after(50);
  vi.advanceTimersByTime(50);
  expect(runs()).toBe(2);
});

test("canceled, it does not run", () => {
  const { wakeUp, runs } = counted();
  wakeUp.after(100);
  wakeUp.cancel();
  vi.advanceTimersByTime(100);
  expect(runs()).toBe(0);
});

test("what follows runs together, when what was begun in this turn and the next has ended", async () => {
  const order: string[] = [];
  const ended = new Promise<void>((resolve) => {
    follow(() => order.push("a"));
    // As the queue of functions does: what is asked for in this turn begins in the next.
    queueMicrotask(() => setImmediate(() => order.push("begun")));
    follow(() => order.push("b"));
    follow(resolve);
  });
  await ended;
  expect(order).toEqual(["begun", "a", "b"]);
  await new Promise<void>((resolve) => follow(resolve));
});

test("what follows runs as soon as all that lead have ended, and only once", async () => {
  const order: string[] = [];
  const [endFirst, endSecond] = [lead(), lead()];
  follow(() => order.push("a"));
  endFirst();
  expect(order).toEqual([]);
  endSecond();
  expect(order).toEqual(["a"]);
  // Those of a later commit are not begun by what was left of the wait before.
  const later = lead();
  await new Promise<void>((resolve) => setImmediate(resolve));
  follow(() => order.push("b"));
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(order).toEqual(["a"]);
  later();
  expect(order).toEqual(["a", "b"]);
});

test("what follows does not wait long for what leads", async () => {
  const end = lead();
  await new Promise<void>((resolve) => follow(resolve));
  end();
});
