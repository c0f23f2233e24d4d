import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { FunctionError } from "./types.ts";

const MIB = 1 << 20;

// Convex ends a function at 64 MB, with room up to 100 MB before it notices (convex-facts f.5). Here the heap is shared
// with the engine and holds garbage nobody has collected yet, so that only about twice as much is a sign of anything.
const SUSPICIOUS_BYTES = 128 * MIB;
const MAX_LIVE_BYTES = 100 * MIB;

// What a function that has ended leaves behind cannot be told from what it held; this much was not all garbage.
const MAX_LEFT_BYTES = 192 * MIB;

// Nobody fills that much memory in less time.
const LOOK_AGAIN_MS = 20;

const OUT_OF_MEMORY: FunctionError = {
  message: "JavaScript execution ran out of memory (maximum memory usage: 64 MB)",
};

let collect: (() => void) | null = null;

function collectGarbage(): void {
  if (collect === null) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}

// Asking for the buffers takes longer, so it is done now and then; in between functions hold as many as at the last look.
let bufferBytes = process.memoryUsage().arrayBuffers;

/** How much the buffers grew since somebody last asked. */
function bufferGrowth(): number {
  const before = bufferBytes;
  bufferBytes = process.memoryUsage().arrayBuffers;
  return bufferBytes - before;
}

function heapBytes(): number {
  return getHeapStatistics().used_heap_size;
}

/**
 * Notices a function that holds too much memory. One process has one heap, so this is a guess by how much the heap grew
 * while the function ran, confirmed by a collection while it still runs.
 */
export class FunctionMemory {
  #baseBytes = 0;
  /** The heap when the first stretch began. */
  #firstBytes: number | null = null;
  /** What the stretches so far have added. */
  #grownBytes = 0;
  #bufferBytes = 0;
  #lookedMs: number;

  /** `nowMs` of `performance`. */
  constructor(nowMs: number) {
    this.#lookedMs = nowMs;
  }

  beginStretch(): void {
    const bytes = heapBytes();
    this.#firstBytes ??= bytes;
    // What others allocated in between is not the function's, and what was collected in between it does not hold.
    this.#baseBytes = Math.max(Math.min(this.#firstBytes, bytes), bytes - this.#grownBytes);
  }

  /** Called from inside the function; `nowMs` of `performance`. */
  check(nowMs: number): FunctionError | null {
    if (nowMs - this.#lookedMs < LOOK_AGAIN_MS) return null;
    this.#lookedMs = nowMs;
    this.#bufferBytes += bufferGrowth();
    if (heapBytes() - this.#baseBytes < SUSPICIOUS_BYTES && this.#bufferBytes < SUSPICIOUS_BYTES) return null;
    collectGarbage();
    this.#bufferBytes += bufferGrowth();
    const isTooMuch = heapBytes() - this.#baseBytes > MAX_LIVE_BYTES || this.#bufferBytes > MAX_LIVE_BYTES;
    return isTooMuch ? OUT_OF_MEMORY : null;
  }

  /** Called when the function is left, after `stretchMs`. */
  endStretch(stretchMs: number): FunctionError | null {
    if (stretchMs < LOOK_AGAIN_MS) return null;
    this.#grownBytes = heapBytes() - this.#baseBytes;
    return this.#grownBytes > MAX_LEFT_BYTES ? OUT_OF_MEMORY : null;
  }
}
