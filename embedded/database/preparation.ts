import { coerceError } from "../errors.ts";
import { hasPostings, indexText, writePostings } from "../search/search-index.ts";
import { KEY_MAX, keyAfter, type KeyBytes } from "../value/key.ts";
import { checkValidator } from "../value/validator.ts";
import { documentTypeOf } from "./catalog-store.ts";
import { systemTableByNumber, type IndexInfo, type SearchIndexInfo, type TableInfo } from "./catalog.ts";
import type { PushHost } from "./schema-push.ts";
import { indexKey, StoredDoc } from "./stored-doc.ts";
import type { IndexDiff, Namespace, SchemaJson, SchemaPreparation } from "./types.ts";

// A slice ends after this many documents or milliseconds, so that queries never wait long for a push.
const SLICE_DOCUMENTS = 128;
const SLICE_MS = 5;

/** An index that a table is to get. */
export type BuildingIndex = { readonly table: string; readonly tablet: number } & (
  { readonly kind: "ordered"; readonly index: IndexInfo } | { readonly kind: "search"; readonly index: SearchIndexInfo }
);

interface Failure {
  error: string;
  table: string | null;
}

/**
 * One schema on its way to being used. Indexes being built are written by every commit from the first moment
 * (MaintenanceList), and so is every written document checked; the walk below adds what was there before. Both sides
 * write the same entries, so their order does not matter.
 */
export class Preparation implements SchemaPreparation {
  building: BuildingIndex[] = [];
  state: "running" | "ready" | "failed" | "finished" = "running";
  failure: Failure | null = null;
  #done: SchemaPreparation["done"];
  #resolve: (outcome: Awaited<SchemaPreparation["done"]>) => void = () => undefined;
  #finishedTables = new Set<number>();
  #isValidated = false;
  /** Counts the calls of `walkAgain`. */
  #round = 0;

  constructor(
    private readonly host: PushHost,
    readonly ns: Namespace,
    readonly schema: SchemaJson | null,
    readonly diff: IndexDiff,
  ) {
    this.#done = this.#newDone();
  }

  get done(): SchemaPreparation["done"] {
    return this.#done;
  }

  isFor(schema: SchemaJson | null): boolean {
    return JSON.stringify(this.schema) === JSON.stringify(schema);
  }

  progress(): ReturnType<SchemaPreparation["progress"]> {
    return {
      schemaValidationComplete: this.#isValidated,
      indexesComplete: this.building.filter(({ tablet }) => this.#finishedTables.has(tablet)).length,
      indexesTotal: this.building.length,
    };
  }

  start(): void {
    this.#walk().catch((error: unknown) => {
      const failure = coerceError(error);
      this.#fail({ error: failure.message, table: null });
      this.host.fail(failure);
    });
  }

  /** Checks a document that exists or was just written against the schema. */
  check(doc: StoredDoc): void {
    if (this.state !== "running" && this.state !== "ready") return;
    const documentType = documentTypeOf(this.schema, doc.table);
    if (documentType === null) return;
    const { _id, _creationTime, ...body } = doc.value;
    const problem = checkValidator(documentType, body, (number) => this.#tableName(number));
    if (problem === null) return;
    this.#fail({
      error: `Document with ID "${doc.id}" in table "${doc.table}" does not match the schema: ${problem}`,
      table: doc.table,
    });
  }

  cancel(reason: string): void {
    if (this.state === "running") this.#fail({ error: reason, table: null });
    this.state = "failed";
  }

  /** Takes what is being built for a table off the list and returns it: the table is no more. */
  forgetTable(tablet: number): BuildingIndex[] {
    const stale = this.building.filter((entry) => entry.tablet === tablet);
    this.building = this.building.filter((entry) => entry.tablet !== tablet);
    return stale;
  }

  /** Tables have come that were not walked. Who waited for the end already may have to wait again. */
  walkAgain(): void {
    this.#round++;
    if (this.state !== "ready") return;
    this.state = "running";
    this.#isValidated = false;
    this.#done = this.#newDone();
    this.start();
  }

  /** The schema is in use now. */
  finish(): void {
    this.state = "finished";
  }

  #newDone(): SchemaPreparation["done"] {
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  async #walk(): Promise<void> {
    let round: number;
    do {
      round = this.#round;
      for (const table of this.host.catalog().namespace(this.ns).tables.values()) {
        if (this.#finishedTables.has(table.tablet)) continue;
        if (this.#needsWalk(table)) await this.#walkTable(table);
        this.#finishedTables.add(table.tablet);
      }
    } while (round !== this.#round);
    if (this.state !== "running") return;
    this.state = "ready";
    this.#isValidated = true;
    this.#resolve({ ok: true });
  }

  #needsWalk(table: TableInfo): boolean {
    const wanted = documentTypeOf(this.schema, table.name);
    const isEnforced = wanted === null || JSON.stringify(wanted) === JSON.stringify(table.documentType);
    return !isEnforced || this.building.some(({ tablet }) => tablet === table.tablet);
  }

  async #walkTable(table: TableInfo): Promise<void> {
    const building = this.building.filter(({ tablet }) => tablet === table.tablet);
    const isCurrent = () => this.host.catalog().table(this.ns, table.name)?.tablet === table.tablet;
    let from: KeyBytes | null = "";
    while (from !== null && this.state === "running" && isCurrent()) {
      from = this.#slice(table, building, from);
      this.host.flush();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Handles the documents from `from` on; returns where to go on, or null at the end. */
  #slice(table: TableInfo, building: readonly BuildingIndex[], from: KeyBytes): KeyBytes | null {
    // Real time: the budget is about this machine's load, not about the product's clock.
    const until = performance.now() + SLICE_MS;
    const { store } = this.host;
    store.ensureBatch();
    const rows = store.entries(table.byId.ix, from, KEY_MAX, SLICE_DOCUMENTS);
    for (const row of rows) {
      const doc = new StoredDoc(table, null, row.json, row.size, row.rowid);
      this.check(doc);
      if (this.state !== "running") return null;
      for (const entry of building) this.#index(entry, doc);
      if (performance.now() > until) return keyAfter(row.key);
    }
    const last = rows.at(-1);
    return last === undefined || rows.length < SLICE_DOCUMENTS ? null : keyAfter(last.key);
  }

  #index(entry: BuildingIndex, doc: StoredDoc): void {
    const { store } = this.host;
    if (entry.kind === "ordered") {
      store.putEntry(entry.index.ix, indexKey(entry.index, doc), doc.rowid);
      return;
    }
    const text = indexText(entry.index, doc);
    if (text === null || hasPostings(store, entry.index, doc.rowid, text)) return;
    writePostings(store, entry.index, doc.rowid, doc.creationTime, null, text);
  }

  #fail(failure: Failure): void {
    if (this.state !== "running" && this.state !== "ready") return;
    this.state = "failed";
    this.failure = failure;
    this.#resolve({ ok: false, ...failure });
  }

  #tableName(number: number): string | null {
    return systemTableByNumber(number) ?? this.host.catalog().tableByNumber(this.ns, number)?.name ?? null;
  }
}
