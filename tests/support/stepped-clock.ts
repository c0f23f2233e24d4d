import type { BrowserContext } from "playwright-core";
import type { Product } from "./product.ts";

/** Where the clock of a product stands that a `SteppedClock` moves: one template serves all such tests. */
export const CLOCK_START = Date.parse("2026-10-01T08:00:00Z");

/** A clock that stands still until a test lets time pass, for the product and for the browsers that look at it. */
export class SteppedClock {
  #nowMs = CLOCK_START;
  readonly #contexts: BrowserContext[] = [];

  /** The product must have been started at `CLOCK_START`. */
  constructor(private readonly product: Product) {}

  /** From now on pages of this browser tell the product's time; their timers run by the machine's clock. */
  async show(context: BrowserContext): Promise<void> {
    this.#contexts.push(context);
    await context.clock.setFixedTime(this.#nowMs);
  }

  /** Lets that many ms pass, with everything that falls due meanwhile. */
  async pass(ms: number): Promise<void> {
    this.#nowMs += ms;
    await this.product.advanceTo(this.#nowMs);
    await Promise.all(this.#contexts.map((context) => context.clock.setFixedTime(this.#nowMs)));
  }

  /** Sleeps until then (UTC ms): what fell due meanwhile runs once, late. Sign-ins from before may have run out. */
  async sleepUntil(ms: number): Promise<void> {
    this.#nowMs = ms;
    await this.product.jumpTo(ms);
    await Promise.all(this.#contexts.map((context) => context.clock.setFixedTime(ms)));
  }

  /** Reads again and again what time brings, for `expect.poll`: a second passes before each reading. */
  later<T>(read: () => Promise<T>): () => Promise<T> {
    return async () => {
      await this.pass(1_000);
      return await read();
    };
  }
}
