import { DeveloperError } from "../errors.ts";

// Convex's bound for one socket (convex-facts a.5).
const PENDING_MUTATIONS = 1000;

/** Runs tasks one at a time in the order they came (convex-facts a.5). */
export class MutationQueue {
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = false;
  #taskStartMs: number | null = null;
  #stopped = false;

  /** `onError` gets what a task throws; the queue then stops, because later mutations must not overtake a failed one. */
  constructor(
    private readonly onError: (error: unknown) => void,
    private readonly wallMs: () => number,
    private readonly limit = PENDING_MUTATIONS,
  ) {}

  /** How long the present task has taken, ms; 0 when there is none. */
  get taskMs(): number {
    return this.#taskStartMs === null ? 0 : this.wallMs() - this.#taskStartMs;
  }

  /** Throws DeveloperError `TooManyConcurrentMutations` (429) when the queue is full. */
  push(task: () => Promise<void>): void {
    if (this.#waiting.length >= this.limit) {
      throw new DeveloperError(
        "TooManyConcurrentMutations",
        `Too many concurrent mutations. Only up to ${this.limit} pending mutations allowed on a single websocket.`,
        429,
      );
    }
    this.#waiting.push(task);
    if (!this.#running) void this.#drain();
  }

  /** Forgets what has not begun. */
  stop(): void {
    this.#stopped = true;
    this.#waiting.length = 0;
  }

  async #drain(): Promise<void> {
    this.#running = true;
    try {
      for (let task = this.#waiting.shift(); task !== undefined && !this.#stopped; task = this.#waiting.shift()) {
        this.#taskStartMs = this.wallMs();
        await task();
      }
    } catch (error) {
      this.stop();
      this.onError(error);
    } finally {
      this.#taskStartMs = null;
      this.#running = false;
    }
  }
}
