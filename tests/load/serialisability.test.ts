import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LOAD_PROJECT } from "../../scripts/bench/load-project.ts";
import { startTestBackend, type TestBackend } from "../support/backend.ts";
import { checkSerialisability } from "./check-serialisability.ts";
import { apply, type Op, type Registers } from "./register-model.ts";

let backend: TestBackend;

beforeAll(async () => {
  backend = await startTestBackend({ project: LOAD_PROJECT });
});

afterAll(() => backend.stop());

// The long run is `npm run test:serialisability`.
test.each([1, 2, 3])("overlapping transactions answer as if one ran after the other (seed %i)", async (seed) => {
  const { cloudUrl } = backend;
  const report = await checkSerialisability({ cloudUrl, seed, transactions: 400, writers: 12, watchers: 3 });
  expect(report.committed + report.refused).toBe(400);
  // Too few commits or states would prove nothing.
  expect(report.committed).toBeGreaterThan(200);
  expect(report.states).toBeGreaterThan(50);
});

describe("the model tells wrong histories apart", () => {
  const outcome = (ops: readonly Op[], registers: Registers = new Map()) => apply(registers, ops);

  test("a lost update shows in the second reader", () => {
    const increment: Op[] = [{ kind: "read", key: 1 }, { kind: "pause" }, { kind: "write", key: 1, add: 1 }];
    const registers: Registers = new Map();
    expect([outcome(increment, registers), outcome(increment, registers)]).toEqual([[null], [1]]);
  });

  test("a phantom shows in the sum", () => {
    const registers: Registers = new Map();
    const sum: Op[] = [{ kind: "sum", from: 0, to: 5 }];
    expect(outcome(sum, registers)).toEqual([0]);
    outcome([{ kind: "write", key: 3, add: 0 }], registers);
    expect(outcome(sum, registers)).toEqual([1]);
  });
});
