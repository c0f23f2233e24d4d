// Convex spreads a commit that hits more subscriptions than this, by this much each on average (convex-facts g.3).
const AT_ONCE = 200;
const APART_MS = 5;

/**
 * How long a subscription waits before its query runs again; `place` counts those that one commit has hit, from 0. The
 * first ones are not kept waiting, and nobody waits longer than those before it. What waits is only the run: the
 * subscription counts as out of date from the commit on.
 */
export function wakeDelayMs(place: number): number {
  return Math.max(0, place + 1 - AT_ONCE) * APART_MS;
}

let following: (() => void)[] = [];
let leading = 0;

/**
 * Says that what is begun now will serve those that {@link follow}. The returned function is called once, when it has
 * ended; when all have that were begun, those that follow run at once.
 */
export function lead(): () => void {
  leading++;
  return () => {
    if (--leading === 0) runFollowing();
  };
}

/**
 * Does `run` when what leads has ended, and at the latest when what was begun in this turn of the event loop and the next
 * one has: together with others, so that all find at once what the first of them had to wait for.
 */
export function follow(run: () => void): void {
  if (following.length === 0) {
    const runs = following;
    setImmediate(() =>
      setImmediate(() => {
        // Others may be waiting by now.
        if (following === runs) runFollowing();
      }),
    );
  }
  following.push(run);
}

function runFollowing(): void {
  const runs = following;
  following = [];
  for (const run of runs) run();
}

/** Something to be done once, at the earliest of the moments it was asked for. */
export class WakeUp {
  readonly #run: () => void;
  #timer: NodeJS.Timeout | null = null;
  #atMs = Infinity;

  constructor(run: () => void) {
    this.#run = run;
  }

  /** Asks for it in `delayMs` milliseconds. */
  after(delayMs: number): void {
    const atMs = performance.now() + delayMs;
    if (atMs >= this.#atMs) return;
    this.cancel();
    this.#atMs = atMs;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#atMs = Infinity;
      this.#run();
    }, delayMs);
    // A process that is asked to end does not wait for subscribers.
    this.#timer.unref();
  }

  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#atMs = Infinity;
  }
}
