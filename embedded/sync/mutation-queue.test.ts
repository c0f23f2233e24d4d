import { expect, test } from "vitest";
import { MutationQueue } from "./mutation-queue.ts";

test("runs one at a time, in order", async () => {
  const queue = new MutationQueue(
    () => undefined,
    () => 0,
  );
  const log: string[] = [];
  const done = new Promise<void>((resolve) => {
    for (const name of ["a", "b", "c"]) {
      queue.push(async () => {
        log.push(`${name} begins`);
        await Promise.resolve();
        log.push(`${name} ends`);
        if (name === "c") resolve();
      });
    }
  });
  await done;
  expect(log).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

test("nothing overtakes a task that failed", async () => {
  let ran = false;
  const failure = await new Promise((resolve) => {
    const queue = new MutationQueue(resolve, () => 0);
    queue.push(() => Promise.reject(new Error("conflict")));
    queue.push(async () => {
      ran = true;
    });
  });
  expect(failure).toEqual(new Error("conflict"));
  expect(ran).toBe(false);
});

test("refuses more than its limit with the code clients know", () => {
  const queue = new MutationQueue(
    () => undefined,
    () => 0,
    1,
  );
  const never = () => new Promise<void>(() => undefined);
  queue.push(never);
  queue.push(never);
  expect(() => queue.push(never)).toThrow(expect.objectContaining({ code: "TooManyConcurrentMutations", status: 429 }));
});
