import type { SearchIndexInfo, TableInfo } from "../database/catalog.ts";
import type { QuerySource, SearchFilter } from "../database/query-plan.ts";
import { matchesSearch, type IndexedText } from "../database/read-set.ts";
import type { ScannedRow } from "../database/scan.ts";
import type { StoredDoc } from "../database/stored-doc.ts";
import type { TxCore } from "../database/tx-core.ts";
import { DeveloperError } from "../errors.ts";
import { encodeKey, encodeValueKey, keyAfter, prefixEnd, type KeyBytes } from "../value/key.ts";
import { digestAt, filterDigest, indexText, partOf, partStats, postingsOf, termsIn } from "./search-index.ts";
import { tokenize } from "./tokenizer.ts";

// convex-facts d.9 and f.4.
const MAX_QUERY_TERMS = 16;
const MAX_EXPANDED_TERMS = 64;
const MAX_RESULTS = 1024;
const MAX_FILTERS = 8;
const BM25_K1 = 1.2;
const BM25_B = 0.75;
const PREFIX_WEIGHT = 0.5;

type SearchSource = Extract<QuerySource, { kind: "search" }>;

interface SearchRequest {
  index: SearchIndexInfo;
  terms: readonly KeyBytes[];
  /** Position in `filterFields` → key of the wanted value. */
  filters: readonly (readonly [number, KeyBytes])[];
}

/** A document that matches, before it is loaded. */
interface Hit {
  score: number;
  created: number;
  rowid: number;
  /** Known for documents that differ from what the file holds. */
  doc: StoredDoc | null;
}

interface Collected {
  weights: ReadonlyMap<KeyBytes, number>;
  /** Inverse document frequency of each term. */
  idf: ReadonlyMap<KeyBytes, number>;
  averageLength: number;
}

/**
 * The documents matching a text search, best first (convex-facts d.9); keys are in result order. Records the terms and
 * filters read. Throws DeveloperError for an unknown index or wrong filters; reading beyond 1,024 results throws.
 */
export function searchRows(core: TxCore, table: TableInfo | undefined, source: SearchSource) {
  const request = planSearch(table, source);
  if (table === undefined || request === null || request.terms.length === 0) return { next: () => null };
  recordReads(core, request);
  let hits: Hit[] | null = null;
  let at = 0;
  return {
    next(): ScannedRow | null {
      hits ??= findHits(core, table, request);
      for (;;) {
        const hit = hits[at];
        if (hit === undefined) return null;
        if (at >= MAX_RESULTS) throw tooManyResults();
        at++;
        const doc = hit.doc ?? core.readRow(table, hit.rowid);
        if (doc === null || !hasFilters(request, indexText(request.index, doc))) continue;
        return { key: encodeKey([-hit.score, -hit.created]) + doc.idBytes, doc };
      }
    },
  };
}

function planSearch(table: TableInfo | undefined, source: SearchSource): SearchRequest | null {
  const title = `${source.table}.${source.index}`;
  const index = table?.searches.get(source.index);
  if (index === undefined) {
    if (table?.indexes.has(source.index) === true) {
      throw new DeveloperError("IndexTypeError", `Index ${title} is not a search index`);
    }
    throw new DeveloperError("IndexNotFoundError", `Index ${title} not found.`);
  }
  if (index.staged) {
    throw new DeveloperError(
      "IndexStagedError",
      `Index ${title} is currently staged and not available to query until it is enabled.`,
    );
  }
  const [search, second] = source.filters.filter((filter) => filter.type === "Search");
  if (search === undefined) {
    throw new DeveloperError(
      "MissingSearchFilterError",
      `Search query against ${title} does not contain any search filters. You must include a search filter like \`q.search("${index.searchField}", searchText)\`.`,
    );
  }
  for (const { field } of [search, ...(second === undefined ? [] : [second])]) {
    if (field === index.searchField) continue;
    throw new DeveloperError(
      "IncorrectSearchField",
      `Search query against ${title} contains a search filter against "${field}", which doesn't match the indexed \`searchField\` "${index.searchField}".`,
    );
  }
  if (second !== undefined) {
    throw new DeveloperError(
      "DuplicateSearchFiltersError",
      `Search query against ${title} contains multiple search filters against "${second.field}". Only one is allowed.`,
    );
  }
  return {
    index,
    terms: tokenize(search.text).slice(0, MAX_QUERY_TERMS),
    filters: planFilters(title, index, source.filters),
  };
}

function planFilters(title: string, index: SearchIndexInfo, all: readonly SearchFilter[]) {
  const filters = all.filter((filter) => filter.type === "Eq");
  if (filters.length > MAX_FILTERS) {
    throw new DeveloperError(
      "TooManyFilterConditionsInSearchQueryError",
      `Search query against ${title} has too many filter conditions. Max: ${MAX_FILTERS} Actual: ${filters.length}`,
    );
  }
  return filters.map(({ field, value }) => {
    const position = index.filterFields.indexOf(field);
    if (position < 0) {
      throw new DeveloperError(
        "IncorrectFilterFieldError",
        `Search query against ${title} contains an equality filter on "${field}" but that field isn't indexed for filtering in \`filterFields\`.`,
      );
    }
    return [position, encodeValueKey(value)] as const;
  });
}

function recordReads(core: TxCore, { index, terms, filters }: SearchRequest): void {
  for (const [position, term] of terms.entries()) {
    const hi = position === terms.length - 1 ? prefixEnd(term) : keyAfter(term);
    core.reads.addSearch({ ix: index.ix, lo: term, hi, filters });
  }
}

function findHits(core: TxCore, table: TableInfo, request: SearchRequest): Hit[] {
  const { store } = core.host;
  const { index } = request;
  const first = request.filters.find(([position]) => position === 0);
  const parts = partStats(store, index.ix, first === undefined ? null : partOf(first[1]));
  const changed = core.changedDocuments(table);
  const weights = expandTerms(core, request, parts, changed.docs);
  const docs = parts.reduce((sum, { docs: count }) => sum + count, 0);
  const tokens = parts.reduce((sum, { length }) => sum + length, 0);
  const averageLength = docs === 0 ? 1 : Math.max(1, tokens / docs);
  const digests = request.filters
    .filter(([position]) => position > 0)
    .map(([position, key]) => [position, filterDigest(key)] as const);
  const hits = new Map<number, Hit>();
  const idf = new Map<KeyBytes, number>();
  for (const [term, weight] of weights) {
    const postings = parts.flatMap(({ part }) => postingsOf(store, index.ix, part, term));
    const termIdf = Math.log(1 + (Math.max(docs, postings.length) - postings.length + 0.5) / (postings.length + 0.5));
    idf.set(term, termIdf);
    for (const posting of postings) {
      if (changed.rowids.has(posting.rowid)) continue;
      if (!digests.every(([position, digest]) => digestAt(posting.filters, position).equals(digest))) continue;
      const score = weight * termIdf * termFrequency(posting.tf, posting.length, averageLength);
      const hit = hits.get(posting.rowid);
      if (hit === undefined) {
        hits.set(posting.rowid, { score, created: posting.created, rowid: posting.rowid, doc: null });
      } else hit.score += score;
    }
  }
  const all = [...hits.values(), ...changedHits(request, changed.docs, { weights, idf, averageLength })];
  return all.sort((a, b) => b.score - a.score || b.created - a.created);
}

/** Documents that the file holds differently from what the transaction sees, scored from their text. */
function changedHits(request: SearchRequest, docs: readonly StoredDoc[], collected: Collected): Hit[] {
  const hits: Hit[] = [];
  for (const doc of docs) {
    const text = indexText(request.index, doc);
    if (text === null || !hasFilters(request, text)) continue;
    let score = 0;
    for (const [term, tf] of text.terms) {
      const weight = collected.weights.get(term);
      if (weight === undefined) continue;
      score += weight * (collected.idf.get(term) ?? 0) * termFrequency(tf, text.length, collected.averageLength);
    }
    if (score > 0) hits.push({ score, created: doc.creationTime, rowid: doc.rowid, doc });
  }
  return hits;
}

/** Every term to look for with its weight: the query's terms, and what the last one is the beginning of. */
function expandTerms(
  core: TxCore,
  { index, terms }: SearchRequest,
  parts: readonly { part: Buffer }[],
  changed: readonly StoredDoc[],
): Map<KeyBytes, number> {
  const weights = new Map(terms.map((term) => [term, 1]));
  const prefix = terms.at(-1) ?? "";
  const end = prefixEnd(prefix);
  const expanded = new Set<KeyBytes>();
  for (const { part } of parts) {
    for (const term of termsIn(core.host.store, index.ix, part, prefix, end, MAX_EXPANDED_TERMS)) expanded.add(term);
  }
  for (const doc of changed) {
    for (const term of indexText(index, doc)?.terms.keys() ?? []) if (term >= prefix && term < end) expanded.add(term);
  }
  for (const term of [...expanded].sort()) {
    if (weights.size >= MAX_EXPANDED_TERMS) break;
    if (!weights.has(term)) weights.set(term, PREFIX_WEIGHT);
  }
  return weights;
}

function termFrequency(tf: number, length: number, averageLength: number): number {
  return (tf * (BM25_K1 + 1)) / (tf + BM25_K1 * (1 - BM25_B + (BM25_B * length) / averageLength));
}

function hasFilters({ index, filters }: SearchRequest, text: IndexedText | null): boolean {
  return text !== null && matchesSearch({ ix: index.ix, lo: "", hi: "\xff", filters }, text);
}

function tooManyResults(): DeveloperError {
  return new DeveloperError(
    "SearchQueryScannedTooManyDocumentsError",
    `Search query scanned too many documents (fetched ${MAX_RESULTS}). Consider using a smaller limit, paginating the query, or using a filter field to limit the number of documents pulled from the search index.`,
  );
}
