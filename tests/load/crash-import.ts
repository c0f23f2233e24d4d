import type { TestBackend } from "../support/backend.ts";
import { ImportClient } from "../support/uploads.ts";
import type { Besides } from "./crash-harness.ts";

// Long enough to be hit in each of its stages.
const DOCUMENTS = 6000;
const IMPORT_WAIT_MS = 60_000;
const TABLE = "notes";

/**
 * Imports into a table of its own while the backend is killed: replacing and appending by turns. Whatever was confirmed
 * is finished by the next process; the table holds the old or the new content, never something between.
 */
export class ImportBesides implements Besides {
  readonly #client: ImportClient;
  readonly #random: () => number;
  #round = 0;
  /** How often each body is in the table. */
  #content = new Map<string, number>();
  #mode: "append" | "replace" = "replace";
  /** The newest import before this round's. */
  #previousId: string | null = null;

  constructor(
    private readonly backend: TestBackend,
    random: () => number,
  ) {
    this.#client = new ImportClient(backend);
    this.#random = random;
  }

  async run(): Promise<void> {
    this.#round++;
    this.#mode = this.#random() < 0.5 ? "append" : "replace";
    try {
      this.#previousId = (await this.#client.list())[0]?._id ?? null;
      await this.#confirm(await this.#client.begin(TABLE, this.#mode, [this.#lines()]));
    } catch (error) {
      // `fetch` fails with a TypeError when nobody answers.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  async check(): Promise<string> {
    const [newest] = await this.#client.list();
    const isMine = newest !== undefined && newest._id !== this.#previousId;
    const isOpen = isMine && !["completed", "failed"].includes(newest.state.state);
    let outcome = isMine ? newest.state.state : "never registered";
    if (isOpen) {
      outcome = `${newest.state.state}, then taken up`;
      await this.#confirm(newest._id);
      await this.#client.reached(newest._id, ["completed"], IMPORT_WAIT_MS);
    }
    const [last] = await this.#client.list();
    if (last?.state.state === "failed") throw new Error(`the import failed: ${last.state.error_message}`);
    const found = await this.#found();
    const isNew = sameContent(found, this.#next());
    if (!isNew && !sameContent(found, this.#content)) {
      throw new Error(`after an import (${this.#mode}, ${outcome}) the table holds ${describe(found)}`);
    }
    if (isOpen && !isNew) throw new Error(`an import that was taken up (${this.#mode}) is not there`);
    if (isNew) this.#content = this.#next();
    return `${this.#mode}: ${outcome}`;
  }

  #body(): string {
    return `import ${this.#round}`;
  }

  #lines(): string {
    return `${JSON.stringify({ body: this.#body() })}\n`.repeat(DOCUMENTS);
  }

  #next(): Map<string, number> {
    const before = this.#mode === "append" ? this.#content : new Map<string, number>();
    return new Map([...before, [this.#body(), DOCUMENTS]]);
  }

  async #confirm(id: string): Promise<void> {
    const state = await this.#client.reached(id, ["waiting_for_confirmation", "in_progress", "completed"], IMPORT_WAIT_MS); // prettier-ignore
    if (state === "waiting_for_confirmation") await this.#client.perform(id);
  }

  async #found(): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    let cursor: string | null = null;
    for (;;) {
      const args = { table: TABLE, order: "asc", paginationOpts: { cursor, numItems: 10_000 } };
      const page: { page: { body: string }[]; isDone: boolean; continueCursor: string } = await this.#client.system("_system/cli/tableData", args); // prettier-ignore
      for (const { body } of page.page) found.set(body, (found.get(body) ?? 0) + 1);
      if (page.isDone) return found;
      cursor = page.continueCursor;
    }
  }
}

function sameContent(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([body, count]) => b.get(body) === count);
}

function describe(content: ReadonlyMap<string, number>): string {
  return JSON.stringify([...content]);
}
