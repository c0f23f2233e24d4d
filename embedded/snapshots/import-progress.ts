import type { Transaction } from "../database/types.ts";
import { type ImportJob, patchImport } from "./import-rows.ts";

// Often enough to see that something happens, seldom enough that telling is no work.
const TELL_EVERY_MS = 500;

/** What an import that runs tells in its row, and so in the CLI: a line that changes and lines that stay. */
export class ImportProgress {
  readonly #id: string;
  readonly #checkpoints: string[];
  #message: string;
  #toldMs = -Infinity;

  constructor(job: ImportJob) {
    const { state } = job;
    this.#id = job.id;
    this.#checkpoints = state.state === "in_progress" ? [...state.checkpoint_messages] : [];
    this.#message = state.state === "in_progress" ? state.progress_message : "Importing";
  }

  /** `done` of `total` are in. */
  at(what: string, done: number, total: number): void {
    this.#message = `Importing ${what} (${done.toLocaleString("en")} of ${total.toLocaleString("en")})`;
  }

  finished(what: string, total: number): void {
    const line = `Read ${what} (${total.toLocaleString("en")})`;
    // A resumed import comes by again.
    if (!this.#checkpoints.includes(line)) this.#checkpoints.push(line);
    this.#toldMs = -Infinity;
  }

  /** True when it is time to `tell` again. */
  get isDue(): boolean {
    return performance.now() - this.#toldMs > TELL_EVERY_MS;
  }

  /** Writes it into the row. The import has got on: a later restart is not one too many. */
  tell(tx: Transaction): void {
    this.#toldMs = performance.now();
    const told = { progress_message: this.#message, checkpoint_messages: [...this.#checkpoints] };
    patchImport(tx, this.#id, { state: { state: "in_progress", ...told }, resumes: 0 });
  }
}
