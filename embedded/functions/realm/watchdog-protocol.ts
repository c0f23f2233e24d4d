/** What the thread that runs functions tells its monitor by shared memory; plain numbers, because neither may wait. */

/** Position in the `Int32Array`: number of the stretch, shifted by {@link STATE_BITS}, and its state. */
export const WORD = 0;
/** Position in the `Int32Array`: 1 while the monitor sleeps until the word changes. */
export const ASLEEP = 1;
const WORDS_BYTES = 8;
const TIME_BYTES = 8;

const STATE_BITS = 2;
const STATE_MASK = (1 << STATE_BITS) - 1;

export const IDLE = 0;
/** Pushed code runs: the monitor may end the stretch. */
export const IN_FUNCTION = 1;
/** The backend works on behalf of the function: nobody may interrupt it. */
export const IN_HOST = 2;
/** Set by the monitor alone. The stretch will be cut off: whoever finds this waits for it. */
export const CONDEMNED = 3;

export type WatchState = typeof IDLE | typeof IN_FUNCTION | typeof IN_HOST;

/** What the monitor is started with. */
export interface WatchMemory {
  buffer: SharedArrayBuffer;
  /** `process.hrtime` of this thread's `performance.now() === 0`, ms: the threads' own origins differ. */
  originMs: number;
  /** Longest time of pushed code. */
  limitMs: number;
}

export function allocateWatchMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(WORDS_BYTES + TIME_BYTES);
}

export function wordsOf(buffer: SharedArrayBuffer): Int32Array {
  return new Int32Array(buffer, 0, WORDS_BYTES / Int32Array.BYTES_PER_ELEMENT);
}

/** One number: when the function would have begun if it had run without a pause, ms since the origin. */
export function timeOf(buffer: SharedArrayBuffer): Float64Array {
  return new Float64Array(buffer, WORDS_BYTES, 1);
}

export function wordOf(stretch: number, state: WatchState | typeof CONDEMNED): number {
  return (stretch << STATE_BITS) | state;
}

export function stateOf(word: number): number {
  return word & STATE_MASK;
}

export function stretchOf(word: number): number {
  return word >>> STATE_BITS;
}
