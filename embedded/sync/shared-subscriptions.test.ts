import { expect, test } from "vitest";
import type { ReadSet } from "../database/types.ts";
import { SharedSubscriptions } from "./shared-subscriptions.ts";

function fake() {
  const notices = new Map<ReadSet, (place?: number) => void>();
  let begun = 0;
  const subscriptions = new SharedSubscriptions({
    subscribe: (reads, _since, onInvalid) => {
      begun++;
      notices.set(reads, (place = 0) => onInvalid(1n, place));
      return { cancel: () => notices.delete(reads) };
    },
  });
  return { subscriptions, notices, begun: () => begun };
}

test("one database subscription serves everyone who watches the same reads", () => {
  const { subscriptions, notices, begun } = fake();
  const reads: ReadSet = { size: 1 };
  const told: string[] = [];
  subscriptions.watch(reads, 0n, () => told.push("ann"));
  const bob = subscriptions.watch(reads, 0n, () => told.push("bob"));
  subscriptions.watch(reads, 0n, () => told.push("cid"));
  bob.cancel();
  expect(begun()).toBe(1);
  notices.get(reads)?.();
  expect(told).toEqual(["ann", "cid"]);
});

test("the last to leave ends it, a later watcher begins anew", () => {
  const { subscriptions, notices, begun } = fake();
  const reads: ReadSet = { size: 1 };
  const watchers = [0, 1].map(() => subscriptions.watch(reads, 0n, () => undefined));
  for (const watcher of watchers) watcher.cancel();
  expect(notices.size).toBe(0);
  subscriptions.watch(reads, 0n, () => undefined);
  expect(begun()).toBe(2);
});

test("reads that are already out of date are told at once", () => {
  let told = 0;
  const subscriptions = new SharedSubscriptions({
    subscribe: (_reads, _since, onInvalid) => {
      onInvalid(1n, 0);
      return { cancel: () => undefined };
    },
  });
  subscriptions.watch({ size: 1 }, 0n, () => told++);
  expect(told).toBe(1);
});

test("everyone who watches the same reads waits equally long, and only behind many others", () => {
  const { subscriptions, notices } = fake();
  const delaysAt = (place: number) => {
    const reads: ReadSet = { size: 1 };
    const delays: number[] = [];
    for (let i = 0; i < 3; i++) subscriptions.watch(reads, 0n, (delayMs) => delays.push(delayMs));
    notices.get(reads)?.(place);
    return delays;
  };
  expect(delaysAt(0)).toEqual([0, 0, 0]);
  expect(delaysAt(199)).toEqual([0, 0, 0]);
  expect(delaysAt(200)).toEqual([5, 5, 5]);
  expect(delaysAt(1199)).toEqual([5000, 5000, 5000]);
});
