import type { JSONValue } from "convex/values";
import type { Catalog, TableInfo } from "../database/catalog.ts";
import { StoredDoc } from "../database/stored-doc.ts";
import type { Store } from "../database/store.ts";
import type { Namespace } from "../database/types.ts";
import type { Change } from "../database/apply.ts";
import { Slices } from "../slices.ts";
import { KEY_MAX, keyAfter, type KeyBytes } from "../value/key.ts";
import { VectorIndex, type VectorHit } from "./vector-index.ts";
import { parseVectorQuery } from "./vector-query.ts";

// Documents read at once; a search's work is cut into slices, so that queries never wait long for it.
const SLICE_DOCUMENTS = 128;

export interface VectorHost {
  readonly store: Store;
  catalog(): Catalog;
}

interface Loaded {
  ns: Namespace;
  table: string;
  tablet: number;
  index: VectorIndex;
  /** Settles when every document that was there before has been read. */
  ready: Promise<void>;
}

/**
 * Vector indexes, read into memory by the first search that wants one and kept current by every commit after that. They
 * are derived from the documents alone, so nothing of them is stored.
 */
export class VectorSearches {
  readonly #loaded = new Map<string, Loaded>();
  #isClosed = false;

  constructor(private readonly host: VectorHost) {}

  /** Throws DeveloperError for a query the index cannot answer. Results include every commit made before the call. */
  async search(ns: Namespace, json: JSONValue): Promise<VectorHit[]> {
    const query = parseVectorQuery(this.host.catalog().namespace(ns).schema, json);
    const table = this.host.catalog().table(ns, query.table);
    if (table === undefined) return [];
    this.#forgetChanged();
    const key = `${table.tablet}.${query.definition.indexDescriptor}`;
    let loaded = this.#loaded.get(key);
    if (loaded === undefined) {
      const index = new VectorIndex(query.definition);
      loaded = { ns, table: table.name, tablet: table.tablet, index, ready: this.#load(table, index) };
      this.#loaded.set(key, loaded);
      // A failed load is told to those who wait; the next search tries again.
      loaded.ready.catch(() => this.#loaded.delete(key));
    }
    await loaded.ready;
    return loaded.index.search(query.vector, query.conditions, query.limit, new Slices());
  }

  /** A commit changed a document. */
  noteWrite({ table, before, after }: Change): void {
    for (const { tablet, index } of this.#loaded.values()) {
      if (tablet !== table.tablet) continue;
      if (after !== null) index.put(after);
      else if (before !== null) index.delete(before.id);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#loaded.clear();
  }

  /** Reads slice after slice of the latest state. Commits in between go into the index as well: both write the same. */
  async #load(table: TableInfo, index: VectorIndex): Promise<void> {
    const slices = new Slices();
    let from: KeyBytes | null = "";
    while (from !== null && !this.#isClosed) {
      const rows = this.host.store.entries(table.byId.ix, from, KEY_MAX, SLICE_DOCUMENTS);
      for (const row of rows) index.put(new StoredDoc(table, null, row.json, row.size, row.rowid));
      const last = rows.at(-1);
      from = last === undefined || rows.length < SLICE_DOCUMENTS ? null : keyAfter(last.key);
      if (!slices.mayGoOn()) await slices.pause();
    }
  }

  /** Drops what a push has removed or redefined, or an import replaced. */
  #forgetChanged(): void {
    for (const [key, { ns, table, tablet, index }] of this.#loaded) {
      const { schema, tables } = this.host.catalog().namespace(ns);
      const declared = schema?.tables.find(({ tableName }) => tableName === table);
      const isSame = declared?.vectorIndexes?.some((one) => JSON.stringify(one) === JSON.stringify(index.definition));
      if (isSame !== true || tables.get(table)?.tablet !== tablet) this.#loaded.delete(key);
    }
  }
}
