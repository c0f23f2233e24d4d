import { expect, test } from "vitest";
import type { Database } from "../database/types.ts";
import { QueryCache } from "./query-cache.ts";
import type { QueryOutcome } from "./types.ts";

const LARGE = JSON.stringify("x".repeat(5000));
const SEEN = { identity: false, clock: false };

function outcome(value: string): QueryOutcome {
  const result = { ok: true as const, value };
  return {
    ts: 1n,
    reads: {} as QueryOutcome["reads"],
    journal: null,
    cached: false,
    result,
    logLines: [],
    executionMs: 1,
  };
}

/** Asks `times` times; tells for each whether the answer was there already. */
function ask(cache: QueryCache, value: string, isWatched: boolean, times: number, key = "q"): boolean[] {
  return Array.from({ length: times }, () => {
    const isKnown = cache.find(key, "anonymous", 1n, 0) !== null;
    if (!isKnown) cache.add({ key, who: "anonymous", isWatched }, outcome(value), SEEN, 0);
    return isKnown;
  });
}

const newCache = () => new QueryCache({} as Database);

test("a large answer to a request that may not come again is kept from the second time on", () => {
  expect(ask(newCache(), LARGE, false, 3)).toEqual([false, false, true]);
});

test("small answers, and those that clients watch, are kept at once", () => {
  expect(ask(newCache(), "1", false, 2)).toEqual([false, true]);
  expect(ask(newCache(), LARGE, true, 2)).toEqual([false, true]);
});

test("what was asked once is remembered for some thousand other questions", () => {
  const cache = newCache();
  ask(cache, LARGE, false, 1);
  for (let n = 0; n < 2000; n++) ask(cache, LARGE, false, 1, `other ${n}`);
  expect(ask(cache, LARGE, false, 2)).toEqual([false, true]);
  for (let n = 0; n < 8000; n++) ask(cache, LARGE, false, 1, `another ${n}`);
  ask(cache, LARGE, false, 1, "early");
  for (let n = 0; n < 8000; n++) ask(cache, LARGE, false, 1, `yet another ${n}`);
  expect(ask(cache, LARGE, false, 3, "early")).toEqual([false, false, true]);
});
