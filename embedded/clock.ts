/** What the backend asks about time. Everything in `embedded/` takes a Clock; nothing else calls `Date.now()` or `setTimeout` for product time. */
export interface Clock {
  /** Milliseconds since the Unix epoch, with sub-millisecond digits where the source has them. */
  nowMs(): number;
  /** Calls `run` once when the clock reaches `atMs` (at once if it already has). Returns a function that cancels. */
  at(atMs: number, run: () => void): () => void;
  /** Drops every timer; used at shutdown so that the process can end. */
  close(): void;
}

// setTimeout keeps its delay in a signed 32-bit number; longer waits are cut into pieces.
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's clock. */
export class SystemClock implements Clock {
  readonly #timers = new Set<NodeJS.Timeout>();

  nowMs(): number {
    return performance.timeOrigin + performance.now();
  }

  at(atMs: number, run: () => void): () => void {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const wait = Math.max(0, Math.ceil(atMs - this.nowMs()));
      timer = setTimeout(
        () => {
          this.#timers.delete(timer);
          if (wait > LONGEST_TIMEOUT_MS) arm();
          else run();
        },
        Math.min(wait, LONGEST_TIMEOUT_MS),
      );
      this.#timers.add(timer);
    };
    arm();
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

interface ManualTimer {
  atMs: number;
  order: number;
  run: () => void;
}

/**
 * A clock that moves only when told (`--test-clock`, unit tests). Timers fire in due order, each with the clock
 * standing at its due time, and each gets a turn of the event loop before the next one fires.
 */
export class ManualClock implements Clock {
  #nowMs: number;
  #order = 0;
  #timers: ManualTimer[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  at(atMs: number, run: () => void): () => void {
    if (atMs <= this.#nowMs) {
      let cancelled = false;
      setImmediate(() => {
        if (!cancelled) run();
      });
      return () => {
        cancelled = true;
      };
    }
    const timer = { atMs, order: this.#order++, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /**
   * Moves to `toMs` (never back), firing what falls due on the way, each at its own time. `settle` is awaited after each
   * timer, so that work started by one timer may set the next before the clock goes on.
   */
  async advanceTo(toMs: number, settle: () => Promise<void>): Promise<void> {
    await settle();
    for (let due = this.#takeDue(toMs); due !== undefined; due = this.#takeDue(toMs)) {
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.run();
      await settle();
    }
    this.#nowMs = Math.max(this.#nowMs, toMs);
    await settle();
  }

  /**
   * Stands at `toMs` at once, as after a sleep of the machine, and then fires what fell due meanwhile. A cron that would
   * have run a thousand times on the way runs once.
   */
  async jumpTo(toMs: number, settle: () => Promise<void>): Promise<void> {
    await settle();
    this.#nowMs = Math.max(this.#nowMs, toMs);
    for (let due = this.#takeDue(this.#nowMs); due !== undefined; due = this.#takeDue(this.#nowMs)) {
      due.run();
      await settle();
    }
    await settle();
  }

  /** Removes and returns the timer that is due first, up to `untilMs`. */
  #takeDue(untilMs: number): ManualTimer | undefined {
    const due = this.#timers
      .filter((timer) => timer.atMs <= untilMs)
      .sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
    this.#timers = this.#timers.filter((other) => other !== due);
    return due;
  }

  close(): void {
    this.#timers = [];
  }
}
