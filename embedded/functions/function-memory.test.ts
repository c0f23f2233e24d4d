import { expect, test } from "vitest";
import { FunctionMemory } from "./function-memory.ts";

const MIB = 1 << 20;

function fill(megabytes: number): number[][] {
  return Array.from({ length: megabytes }, () => Array.from({ length: MIB / 8 }, () => 0.5));
}

test("a function that fills the memory little by little is noticed, however often others run in between", () => {
  const memory = new FunctionMemory(0);
  const held: number[][] = [];
  const refusals: unknown[] = [];
  for (let stretch = 1; stretch <= 5; stretch += 1) {
    memory.beginStretch();
    held.push(...fill(40));
    refusals.push(memory.check(stretch * 100) ?? memory.endStretch(50));
  }
  expect(held).toHaveLength(200);
  expect(refusals[1]).toBe(null);
  expect(refusals).toContainEqual({ message: "JavaScript execution ran out of memory (maximum memory usage: 64 MB)" });
});

test("what others allocate in between is not the function's", () => {
  const memory = new FunctionMemory(0);
  const others: number[][] = [];
  for (let stretch = 1; stretch <= 5; stretch += 1) {
    memory.beginStretch();
    const own = fill(4);
    expect(memory.check(stretch * 100) ?? memory.endStretch(50)).toBe(null);
    expect(own).toHaveLength(4);
    others.push(...fill(60));
  }
  expect(others).toHaveLength(300);
});
