import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { WriteLog, type Commit } from "./write-log.ts";

const MIB = 1 << 20;

function commit(ts: number, bytes: number, committedAtMs = 0): Commit {
  return { ts: BigInt(ts), writer: null, changes: [], catalogKeys: [], catalogBefore: null, committedAtMs, bytes };
}

const kept = (log: WriteLog) => [...log.since(log.floor)].map(({ ts }) => Number(ts));

test("large commits are forgotten beyond 16 MiB, but for the last four", () => {
  const log = new WriteLog(0n);
  for (let ts = 1; ts <= 10; ts++) log.append(commit(ts, 20 * MIB));
  log.prune(0, null);
  expect([kept(log), log.floor]).toEqual([[7, 8, 9, 10], 6n]);
});

test("a clock that jumps leaves the last 64", () => {
  const log = new WriteLog(0n);
  for (let ts = 1; ts <= 100; ts++) log.append(commit(ts, 1000));
  log.prune(86_400_000, null);
  expect(kept(log)).toEqual(Array.from({ length: 64 }, (_, i) => 37 + i));
});

test("an open snapshot keeps what came after it", () => {
  const log = new WriteLog(0n);
  for (let ts = 1; ts <= 100; ts++) log.append(commit(ts, 1000));
  log.prune(86_400_000, 20n);
  expect(log.floor).toBe(20n);
});

test("what is forgotten is let go at once", async () => {
  const log = new WriteLog(0n);
  const first = new WeakRef(appended(log, 1));
  for (let ts = 2; ts <= 10; ts++) appended(log, ts);
  log.prune(0, null);
  // A WeakRef holds its target until the turn ends.
  await new Promise((resolve) => setImmediate(resolve));
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  expect(first.deref()).toBeUndefined();
});

function appended(log: WriteLog, ts: number): Commit {
  const made = commit(ts, 20 * MIB);
  log.append(made);
  return made;
}
