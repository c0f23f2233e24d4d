import type { MaybePromise } from "../functions/maybe-promise.ts";
import type { Exchange } from "./exchange.ts";

// Convex-facts b.1, f.5.
const MAX_REQUESTS = 128;
const DEFAULT_TIMEOUT_S = 300;
const TIMEOUT_SETTING = "HTTP_SERVER_TIMEOUT_SECONDS";

// Late requests are looked for this often: a timer for each would cost more than most of them do.
const LOOK_EVERY_MS = 1000;

/** The time one request may take, ms. Throws Error, a sentence, for a setting that is no number. */
export function requestTimeoutMs(env: Readonly<Record<string, string | undefined>>): number {
  const text = env[TIMEOUT_SETTING] ?? String(DEFAULT_TIMEOUT_S);
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text) * 1000;
  throw new Error(`${TIMEOUT_SETTING} must be a whole number above 0, not "${text}".`);
}

/** A request that is inside; a link of the chain of all that are, in the order they came in. */
interface Place {
  exchange: Exchange;
  previous: Place | null;
  next: Place | null;
}

/**
 * How many requests for functions are worked on at the same time, and how long each may take (convex-facts b.1). What
 * finds no place waits. A body that is still arriving takes none, so that slow senders hold nobody up. Places are given
 * back by whoever hears that a request has ended, and kept in a chain: promises and sets cost a tenth of what answering
 * a known query does.
 */
export class RequestGate {
  readonly #timeoutMs: number;
  readonly #limit: number;
  #inside = 0;
  #first: Place | null = null;
  #last: Place | null = null;
  /** Those that wait for a place, in order. */
  readonly #waiting = new Map<Exchange, () => void>();
  #looking: NodeJS.Timeout | null = null;

  constructor(timeoutMs: number, limit = MAX_REQUESTS) {
    this.#timeoutMs = timeoutMs;
    this.#limit = limit;
  }

  /** Takes a place for the request, when there is one; it may have one already. */
  enter(exchange: Exchange): MaybePromise<void> {
    this.#looking ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
    if (exchange.place !== null) return;
    if (this.#inside < this.#limit) {
      this.#take(exchange);
      return;
    }
    return new Promise<void>((resolve) => this.#waiting.set(exchange, resolve));
  }

  /** The request was answered or given up; it may have had no place. */
  leave(exchange: Exchange): void {
    if (exchange.place === null) {
      // Whoever waited is gone, and nothing is started for it.
      this.#waiting.delete(exchange);
      return;
    }
    this.#give(exchange, exchange.place as Place);
    const [next] = this.#waiting;
    if (next === undefined) return;
    const [waiting, start] = next;
    this.#waiting.delete(waiting);
    this.#take(waiting);
    start();
  }

  #take(exchange: Exchange): void {
    const place: Place = { exchange, previous: this.#last, next: null };
    if (this.#last === null) this.#first = place;
    else this.#last.next = place;
    this.#last = place;
    this.#inside += 1;
    exchange.place = place;
  }

  #give(exchange: Exchange, { previous, next }: Place): void {
    if (previous === null) this.#first = next;
    else previous.next = next;
    if (next === null) this.#last = previous;
    else next.previous = previous;
    this.#inside -= 1;
    exchange.place = null;
  }

  #look(): void {
    const latestMs = performance.now() - this.#timeoutMs;
    for (let place = this.#first; place !== null; place = place.next) this.#expire(place.exchange, latestMs);
    for (const exchange of this.#waiting.keys()) this.#expire(exchange, latestMs);
    if (this.#inside > 0 || this.#looking === null) return;
    clearInterval(this.#looking);
    this.#looking = null;
  }

  /** Answers a request that came before `latestMs`, unless its answer has begun; what it asked for goes on unseen. */
  #expire({ response, startedMs }: Exchange, latestMs: number): void {
    if (startedMs > latestMs || response.headersSent) return;
    const message = `The request took longer than ${this.#timeoutMs / 1000} seconds.`;
    const body = JSON.stringify({ code: "RequestTimeout", message });
    response.writeHead(408, { "Content-Type": "application/json", "Content-Length": String(body.length) });
    response.end(body);
  }
}
