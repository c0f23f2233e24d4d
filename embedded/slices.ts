// Long enough to be worth the turn of the event loop, short enough that nobody notices waiting for it.
const SLICE_MS = 5;

/** Lets other work run every few milliseconds of real time, in work that takes long. */
export class Slices {
  #until = performance.now() + SLICE_MS;

  mayGoOn(): boolean {
    return performance.now() < this.#until;
  }

  async pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#until = performance.now() + SLICE_MS;
  }
}
