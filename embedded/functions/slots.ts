import { DeveloperError } from "../errors.ts";

export interface SlotOptions {
  /** As the refusal names them, such as `queries`. */
  kind: string;
  limit: number;
  /** How long one may wait for a place. */
  waitMs: number;
  /** The environment variable that sets the limit. */
  setting: string;
}

interface Waiting {
  enter: () => void;
}

/**
 * Places for functions of one kind that run at the same time. Who finds none free waits in line, and is refused after
 * a while (convex-facts f.6).
 */
export class Slots {
  readonly #waiting = new Set<Waiting>();
  #taken = 0;

  constructor(private readonly options: SlotOptions) {}

  get isFull(): boolean {
    return this.#taken >= this.options.limit;
  }

  /** Takes a place for sure; whoever did must call {@link leave}. */
  take(): void {
    this.#taken += 1;
  }

  leave(): void {
    this.#taken -= 1;
    const [next] = this.#waiting;
    if (next === undefined || this.isFull) return;
    this.#waiting.delete(next);
    next.enter();
  }

  /**
   * Takes a place, now or when one is free. Throws DeveloperError 429 `TooManyConcurrentRequests` when that takes too
   * long, unless `forever`.
   */
  async enter(forever: boolean): Promise<void> {
    if (!this.isFull) {
      this.take();
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const waiting = { enter: () => {} };
      const timer = forever
        ? undefined
        : setTimeout(() => {
            this.#waiting.delete(waiting);
            reject(this.#refusal());
          }, this.options.waitMs);
      waiting.enter = () => {
        clearTimeout(timer);
        this.take();
        resolve();
      };
      this.#waiting.add(waiting);
    });
  }

  #refusal(): DeveloperError {
    const { limit, kind, setting } = this.options;
    return new DeveloperError(
      "TooManyConcurrentRequests",
      `Too many concurrent requests. Your backend is limited to ${limit} concurrent ${kind}. ` +
        `To allow more, set ${setting}.`,
      429,
    );
  }
}
