import { quantile } from "../../scripts/bench/report.ts";

/** How long queries took that were asked one after the other, in milliseconds. */
export interface ProbeReport {
  asked: number;
  p50: number;
  p99: number;
  longest: number;
}

/** Asks again and again until `stop`, to see whether something else holds queries up. */
export class QueryProbe {
  readonly #times: number[] = [];
  readonly #running: Promise<void>;
  readonly #aborter = new AbortController();

  /** `ask` gets a number that is never the same, so that no answer is known already. */
  constructor(ask: (n: number) => Promise<unknown>) {
    this.#running = (async () => {
      for (let n = 0; !this.#aborter.signal.aborted; n++) {
        const startedMs = performance.now();
        await ask(n);
        this.#times.push(performance.now() - startedMs);
      }
    })();
  }

  async stop(): Promise<ProbeReport> {
    this.#aborter.abort();
    await this.#running;
    const at = (share: number) => quantile(this.#times, share);
    return { asked: this.#times.length, p50: at(0.5), p99: at(0.99), longest: at(1) };
  }
}
