import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { gathering } from "./gather";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A `perform` whose runs are ended by the test, in order. */
function performer() {
  const runs: { items: number[]; end: () => void; fail: () => void }[] = [];
  const perform = (items: number[]) =>
    new Promise<string[]>((resolve, reject) => {
      const end = () => resolve(items.map((item) => `done ${item}`));
      runs.push({ items, end, fail: () => reject(new Error("no")) });
    });
  const groups = () => runs.map(({ items }) => items);
  return { runs, perform, groups };
}

const settle = async () => void (await vi.advanceTimersByTimeAsync(0));

it("the first goes at once; who comes meanwhile goes together after it, in order, so many at a time", async () => {
  const { runs, perform, groups } = performer();
  const run = gathering<number, string>(3);
  const answers = Promise.all([1, 2, 3, 4, 5].map((item) => run(item, perform)));
  expect(groups()).toEqual([[1]]);
  for (let i = 0; i < 3; i++) {
    runs[i]?.end();
    await settle();
  }
  expect(groups()).toEqual([[1], [2, 3, 4], [5]]);
  expect(await answers).toEqual([1, 2, 3, 4, 5].map((item) => `done ${item}`));
  const later = run(6, perform);
  expect(groups()).toHaveLength(4);
  runs[3]?.end();
  expect(await later).toBe("done 6");
});

it("where many fail together each goes by itself, and whose own try fails is told", async () => {
  const { runs, perform, groups } = performer();
  const run = gathering<number, string>(10);
  const answers = Promise.allSettled([1, 2, 3].map((item) => run(item, perform)));
  runs[0]?.end();
  await settle();
  runs[1]?.fail();
  await settle();
  expect(groups().slice(2)).toEqual(expect.arrayContaining([[2], [3]]));
  for (const { items, end, fail } of runs.slice(2)) (items[0] === 3 ? fail : end)();
  expect((await answers).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
});

it("nobody waits for ever for one who does not answer any more", async () => {
  const { runs, perform, groups } = performer();
  const run = gathering<number, string>(10);
  void run(1, perform);
  const others = Promise.all([2, 3].map((item) => run(item, perform)));
  await vi.advanceTimersByTimeAsync(3_000);
  expect(groups()).toEqual([[1], [2], [3]]);
  for (const { end } of runs.slice(1)) end();
  expect(await others).toEqual(["done 2", "done 3"]);
  const next = run(4, perform);
  expect(groups()).toHaveLength(4);
  runs[3]?.end();
  expect(await next).toBe("done 4");
});
