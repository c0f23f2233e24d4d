import { expect, test } from "vitest";
import type { ReadSet } from "../database/types.ts";
import { SharedSubscriptions } from "./shared-subscriptions.ts";

function fake() {
  const notices = new Map<ReadSet, () => void>();
  let begun = 0;
  const subscriptions = new SharedSubscriptions({
    subscribe: (reads, _since, onInvalid) => {
      begun++;
      notices.set(reads, () => onInvalid(1n));
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
      onInvalid(1n);
      return { cancel: () => undefined };
    },
  });
  subscriptions.watch({ size: 1 }, 0n, () => told++);
  expect(told).toBe(1);
});
