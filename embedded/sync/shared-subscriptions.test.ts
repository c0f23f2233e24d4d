import { expect, test } from "vitest";
import type { ReadSet } from "../database/types.ts";
import { type ReadsListener, SharedSubscriptions } from "./shared-subscriptions.ts";

function listener(onInvalid: (delayMs: number, isFirst: boolean) => void): ReadsListener {
  return { readsChanged: onInvalid };
}

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
  const telling = (name: string) => listener((_delay, isFirst) => told.push(isFirst ? `${name} first` : name));
  const bob = telling("bob");
  for (const watcher of [bob, telling("ann"), telling("cid")]) subscriptions.watch(reads, 0n, watcher);
  subscriptions.leave(reads, bob);
  expect(begun()).toBe(1);
  notices.get(reads)?.();
  expect(told).toEqual(["ann first", "cid"]);
});

test("the last to leave ends it, a later watcher begins anew", () => {
  const { subscriptions, notices, begun } = fake();
  const reads: ReadSet = { size: 1 };
  const watchers = [0, 1, 2].map(() => listener(() => undefined));
  for (const watcher of watchers) subscriptions.watch(reads, 0n, watcher);
  for (const watcher of watchers) subscriptions.leave(reads, watcher);
  expect(notices.size).toBe(0);
  for (const watcher of watchers) subscriptions.watch(reads, 0n, watcher);
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
  const watcher = listener(() => told++);
  subscriptions.watch({ size: 1 }, 0n, watcher);
  expect(told).toBe(1);
});

test("everyone who watches the same reads waits equally long, and only behind many others", () => {
  const { subscriptions, notices } = fake();
  const delaysAt = (place: number) => {
    const reads: ReadSet = { size: 1 };
    const delays: number[] = [];
    const noting = () => listener((delayMs) => delays.push(delayMs));
    for (let i = 0; i < 3; i++) subscriptions.watch(reads, 0n, noting());
    notices.get(reads)?.(place);
    return delays;
  };
  expect(delaysAt(0)).toEqual([0, 0, 0]);
  expect(delaysAt(199)).toEqual([0, 0, 0]);
  expect(delaysAt(200)).toEqual([5, 5, 5]);
  expect(delaysAt(1199)).toEqual([5000, 5000, 5000]);
});
