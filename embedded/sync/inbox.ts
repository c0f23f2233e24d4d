/**
 * Hands on one message after the other, in order: what is dealt with at once at once, without a promise for each, and
 * what takes longer before anything that came after it.
 */
export class Inbox {
  readonly #waiting: string[] = [];
  #isBusy = false;

  /** `handle` neither throws nor rejects. */
  constructor(private readonly handle: (frame: string) => Promise<void> | null) {}

  push(frame: string): void {
    this.#waiting.push(frame);
    if (!this.#isBusy) this.#work();
  }

  #work(): void {
    this.#isBusy = true;
    for (let frame = this.#waiting.shift(); frame !== undefined; frame = this.#waiting.shift()) {
      const going = this.handle(frame);
      if (going === null) continue;
      void going.then(() => this.#work());
      return;
    }
    this.#isBusy = false;
  }
}
