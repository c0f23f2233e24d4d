import type { JSONValue } from "convex/values";

/** One step of a transaction; the function `checks:transact` of the load project does the same to the database. */
export type Op =
  | { kind: "read"; key: number }
  | { kind: "sum"; from: number; to: number }
  | { kind: "write"; key: number; add: number }
  | { kind: "remove"; key: number }
  | { kind: "pause" };

export type Registers = Map<number, number>;

const MODULUS = 1_000_003;

/** What a transaction sees and leaves behind when it has the registers to itself. */
export function apply(registers: Registers, ops: readonly Op[]): (number | null)[] {
  const seen: (number | null)[] = [];
  let carried = 0;
  for (const op of ops) {
    switch (op.kind) {
      case "read": {
        const value = registers.get(op.key) ?? null;
        seen.push(value);
        carried += value ?? 0;
        break;
      }
      case "sum": {
        let sum = 0;
        for (const [key, value] of registers) if (key >= op.from && key < op.to) sum += value + 1;
        seen.push(sum);
        carried += sum;
        break;
      }
      case "write":
        registers.set(op.key, (carried + op.add) % MODULUS);
        break;
      case "remove":
        registers.delete(op.key);
        break;
      case "pause":
        break;
    }
  }
  return seen;
}

/** The part of the registers a `checks:registers` query answers with, as its JSON. */
export function slice(registers: Registers, from: number, to: number): JSONValue {
  return [...registers].filter(([key]) => key >= from && key < to).sort(([a], [b]) => a - b);
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const KEYS = 12;
const LONGEST_TRANSACTION = 6;

/** A random transaction over few keys, so that most of those that overlap in time have something to do with each other. */
export function randomOps(random: () => number): Op[] {
  const key = () => Math.floor(random() * KEYS);
  const ops = Array.from({ length: 1 + Math.floor(random() * LONGEST_TRANSACTION) }, (): Op => {
    const kind = random();
    if (kind < 0.3) return { kind: "read", key: key() };
    if (kind < 0.5) return { kind: "sum", from: key(), to: key() + 2 };
    if (kind < 0.8) return { kind: "write", key: key(), add: Math.floor(random() * 1000) };
    if (kind < 0.88) return { kind: "remove", key: key() };
    return { kind: "pause" };
  });
  // Between what is read and what is written, or the transaction would have the thread to itself.
  ops.splice(Math.floor(random() * ops.length), 0, { kind: "pause" });
  return ops;
}

export const REGISTER_KEYS = KEYS;
