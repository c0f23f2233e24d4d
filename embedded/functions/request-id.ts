import { randomFillSync } from "node:crypto";

const ID_BYTES = 8;
// Asking for randomness costs more than an id does.
const POOL_IDS = 256;

const pool = Buffer.alloc(ID_BYTES * POOL_IDS);
let used = pool.length;

/** 16 random hex digits. */
export function randomRequestId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.toString("hex", used, (used += ID_BYTES));
}
