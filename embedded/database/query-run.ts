import { DeveloperError } from "../errors.ts";
import { searchRows } from "../search/search-query.ts";
import { KEY_MAX, keyAfter, type KeyBytes } from "../value/key.ts";
import { isSystemTableName, type IndexInfo, type TableInfo } from "./catalog.ts";
import { planRange, type QueryPlan } from "./query-plan.ts";
import type { ScannedRow } from "./scan.ts";
import { SYSTEM_TABLES } from "./system-tables.ts";
import type { TxCore } from "./tx-core.ts";
import type { Namespace, QueryStream, StoredDocument } from "./types.ts";

/** Rows of a query's source in query order, before filters and limits. */
interface RowSource {
  next(): ScannedRow | null;
}

/** The part of the source's range a page wants: after one key, up to and including another (in query order). */
export interface Window {
  after: KeyBytes | null;
  until: KeyBytes | null;
}

const WHOLE: Window = { after: null, until: null };
const EMPTY_SOURCE: RowSource = { next: () => null };

/** One run of a query: source, then filters and limits one after the other. */
export class QueryRun implements QueryStream {
  readonly #source: RowSource;
  readonly #passed: number[];
  readonly #countsUsage: boolean;
  #isClosed = false;

  constructor(
    private readonly core: TxCore,
    ns: Namespace,
    private readonly plan: QueryPlan,
    window: Window = WHOLE,
    expectedRows: number | null = expectedRowsOf(plan),
  ) {
    this.#countsUsage = !plan.source.table.startsWith("_");
    if (this.#countsUsage) core.usage.addInterval();
    this.#source = openSource(core, ns, plan, window, expectedRows);
    this.#passed = plan.operators.map(() => 0);
  }

  get mostRows(): number {
    let most = Infinity;
    for (const operator of this.plan.operators) if (operator.kind === "limit") most = Math.min(most, operator.rows);
    return most;
  }

  next(): StoredDocument | null {
    for (;;) {
      const row = this.nextRow();
      if (row === null) return null;
      if (this.accepts(row)) return row.doc;
    }
  }

  /** The next row of the source, or null when it is exhausted or a limit is reached. */
  nextRow(): ScannedRow | null {
    if (this.#isClosed || this.isLimitReached) return null;
    const row = this.#source.next();
    if (row !== null && this.#countsUsage) this.core.usage.addRead(row.doc.size);
    return row;
  }

  /** Whether the row passes every filter; counts it against the limits it reaches. */
  accepts(row: ScannedRow): boolean {
    const { operators } = this.plan;
    for (let position = 0; position < operators.length; position++) {
      const operator = operators[position];
      if (operator === undefined) break;
      if (operator.kind === "filter") {
        if (!operator.accepts(row.doc.value)) return false;
      } else {
        const passed = this.#passed[position] ?? 0;
        if (passed >= operator.rows) return false;
        this.#passed[position] = passed + 1;
      }
    }
    return true;
  }

  get isLimitReached(): boolean {
    const { operators } = this.plan;
    for (let position = 0; position < operators.length; position++) {
      const operator = operators[position];
      if (operator?.kind === "limit" && (this.#passed[position] ?? 0) >= operator.rows) return true;
    }
    return false;
  }

  close(): void {
    this.#isClosed = true;
  }
}

/** How many rows will be read, where the query says so. */
function expectedRowsOf(plan: QueryPlan): number | null {
  const [first] = plan.operators;
  return first?.kind === "limit" ? first.rows : null;
}

function openSource(
  core: TxCore,
  ns: Namespace,
  plan: QueryPlan,
  window: Window,
  expectedRows: number | null,
): RowSource {
  const { source } = plan;
  // System tables that functions may not read do not exist for them (convex-facts d.7).
  const isHidden =
    source.table.startsWith("_") && !(isSystemTableName(source.table) && SYSTEM_TABLES[source.table].readable);
  const table = isHidden ? undefined : core.table(ns, source.table);
  if (source.kind === "search") {
    return windowed(searchRows(core, table, source, window.after === null ? expectedRows : null), window);
  }
  const index = source.kind === "scan" ? table?.byCreation : findIndex(table, source.table, source.index);
  if (table === undefined || index === undefined) return EMPTY_SOURCE;
  const fields = keyFields(index);
  const range =
    source.kind === "scan"
      ? { lo: "", hi: KEY_MAX }
      : planRange(`${source.table}.${source.index}`, fields, index.fields, source.range);
  return core.scan(table, index, narrow(range, source.order, window), source.order, expectedRows);
}

/** Throws unless the index exists and is open to queries; undefined for the built-in ones of a missing table. */
function findIndex(table: TableInfo | undefined, tableName: string, name: string): IndexInfo | undefined {
  if (name === "by_creation_time") return table?.byCreation;
  if (name === "by_id") return table?.byId;
  const index = table?.indexes.get(name);
  if (index === undefined) {
    throw new DeveloperError("IndexNotFoundError", `Index ${tableName}.${name} not found.`);
  }
  if (index.staged) {
    throw new DeveloperError(
      "IndexStagedError",
      `Index ${tableName}.${name} is currently staged and not available to query until it is enabled.`,
    );
  }
  return index;
}

/** The fields a range may name, in key order. */
function keyFields(index: IndexInfo): readonly string[] {
  return index.name === "by_id" ? ["_id"] : [...index.fields, "_creationTime", "_id"];
}

function narrow(range: { lo: KeyBytes; hi: KeyBytes }, order: "asc" | "desc", { after, until }: Window) {
  let { lo, hi } = range;
  if (order === "asc") {
    if (after !== null && keyAfter(after) > lo) lo = keyAfter(after);
    if (until !== null && keyAfter(until) < hi) hi = keyAfter(until);
  } else {
    if (after !== null && after < hi) hi = after;
    if (until !== null && until > lo) lo = until;
  }
  return { lo, hi };
}

function windowed(rows: RowSource, { after, until }: Window): RowSource {
  if (after === null && until === null) return rows;
  return {
    next() {
      for (;;) {
        const row = rows.next();
        if (row === null || (until !== null && row.key > until)) return null;
        if (after === null || row.key > after) return row;
      }
    },
  };
}
