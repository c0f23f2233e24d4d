import { expect, test } from "vitest";
import { encodeAroundValue, encodeServerMessage, type StateModification, type Transition } from "./server-messages.ts";

const updated = (queryId: number, value: string): StateModification => {
  return { type: "QueryUpdated", queryId, value: JSON.stringify(value), logLines: ["\0 {"], journal: null };
};

function transition(...modifications: StateModification[]): Transition {
  const version = (ts: bigint) => ({ querySet: 1, identity: 1, ts });
  return {
    type: "Transition",
    startVersion: version(1n),
    endVersion: version(2n),
    modifications,
    clientClockSkewMs: 3,
    serverTimeNs: 4,
  };
}

test("a Transition around its first large value is the same text", () => {
  const message = transition(updated(0, "small"), updated(1, "\0x".repeat(3000)), updated(2, "y".repeat(5000)));
  const around = encodeAroundValue(message);
  expect(around?.value).toBe(JSON.stringify("\0x".repeat(3000)));
  expect(`${around?.before}${around?.value}${around?.after}`).toBe(encodeServerMessage(message));
});

test("without a large value there is none", () => {
  expect(encodeAroundValue(transition(updated(0, "small"), { type: "QueryRemoved", queryId: 1 }))).toBeNull();
});
