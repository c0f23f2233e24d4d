import type { SearchIndexInfo, TableInfo } from "../database/catalog.ts";
import type { QuerySource, SearchFilter } from "../database/query-plan.ts";
import { matchesSearch, type IndexedText } from "../database/read-set.ts";
import type { ScannedRow } from "../database/scan.ts";
import type { StoredDoc } from "../database/stored-doc.ts";
import type { TxCore } from "../database/tx-core.ts";
import { DeveloperError } from "../errors.ts";
import { encodeKey, encodeValueKey, keyAfter, prefixEnd, type KeyBytes } from "../value/key.ts";
import { termsIn } from "./postings.ts";
import { bestRanked, compareRanked, inverseFrequency, openLists, termFrequency, type Ranked } from "./ranking.ts";
import { filterDigest, hasDigest, indexText, partOf, partStats } from "./search-index.ts";
import { tokenize } from "./tokenizer.ts";

// convex-facts d.9 and f.4.
const MAX_QUERY_TERMS = 16;
const MAX_EXPANDED_TERMS = 64;
const MAX_RESULTS = 1024;
const MAX_FILTERS = 8;
const PREFIX_WEIGHT = 0.5;

type SearchSource = Extract<QuerySource, { kind: "search" }>;

interface SearchRequest {
  index: SearchIndexInfo;
  terms: readonly KeyBytes[];
  /** Position in `filterFields` → key of the wanted value. */
  filters: readonly (readonly [number, KeyBytes])[];
}

/** A document that matches, before it is loaded. */
interface Hit extends Ranked {
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
 * `expectedRows`: how many will be read, where the query says so; finding few takes less time.
 */
export function searchRows(
  core: TxCore,
  table: TableInfo | undefined,
  source: SearchSource,
  expectedRows: number | null,
) {
  const request = planSearch(table, source);
  if (table === undefined || request === null || request.terms.length === 0) return { next: () => null };
  recordReads(core, request);
  /** Rows and ids. */
  const given = new Set<number | KeyBytes>();
  let count = 0;
  // One more than can be given, to tell that there are more.
  const most = MAX_RESULTS + 1;
  let limit = Math.min(most, (expectedRows ?? most) + 1);
  let found: Hit[] | null = null;
  let at = 0;
  return {
    next(): ScannedRow | null {
      found ??= findHits(core, table, request, { limit, given });
      for (;;) {
        const hit = found[at];
        if (hit === undefined) {
          if (limit === most || found.length < limit) return null;
          [limit, found, at] = [most, findHits(core, table, request, { limit: most, given }), 0];
          continue;
        }
        if (count >= MAX_RESULTS) throw tooManyResults();
        at++;
        count++;
        const doc = hit.doc ?? core.readRow(table, hit.rowid);
        given.add(doc?.idBytes ?? hit.rowid).add(hit.rowid);
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

/** The best `limit` hits in order; those in `given` are left out. */
function findHits(
  core: TxCore,
  table: TableInfo,
  request: SearchRequest,
  { limit, given }: { limit: number; given: ReadonlySet<number | KeyBytes> },
): Hit[] {
  const { store } = core.host;
  const { index } = request;
  const first = request.filters.find(([position]) => position === 0);
  const parts = partStats(store, index.ix, first === undefined ? null : partOf(first[1]));
  const changed = core.changedDocuments(table);
  const weights = expandTerms(core, request, parts, changed.docs);
  const docs = parts.reduce((sum, { docs: count }) => sum + count, 0);
  const tokens = parts.reduce((sum, { length }) => sum + length, 0);
  const averageLength = docs === 0 ? 1 : Math.max(1, tokens / docs);
  const idf = new Map<KeyBytes, number>();
  const lists = openLists(
    store,
    index.ix,
    parts.map(({ part }) => part),
    weights.keys(),
  );
  for (const [term, ofTerm] of lists) {
    const termIdf = inverseFrequency(
      docs,
      ofTerm.reduce((sum, { size }) => sum + size, 0),
    );
    idf.set(term, termIdf);
    for (const list of ofTerm) list.factor = (weights.get(term) ?? 0) * termIdf;
  }
  const digests = request.filters
    .filter(([position]) => position > 0)
    .map(([position, key]) => [position, filterDigest(key)] as const);
  const ranked = bestRanked({
    lists: [...lists.values()].flat(),
    averageLength,
    limit,
    isLeftOut: (rowid) => changed.rowids.has(rowid) || given.has(rowid),
    hasDigests:
      digests.length === 0
        ? null
        : (columns, i) => digests.every(([position, digest]) => hasDigest(columns, i, position, digest)),
  });
  const others = changedHits(request, changed.docs, { weights, idf, averageLength });
  const all = [...ranked.map((hit) => ({ ...hit, doc: null })), ...others.filter(({ doc }) => !given.has(doc.idBytes))];
  return all.sort(compareRanked).slice(0, limit);
}

/** Documents that the file holds differently from what the transaction sees, scored from their text. */
function changedHits(request: SearchRequest, docs: readonly StoredDoc[], collected: Collected) {
  const hits: (Ranked & { doc: StoredDoc })[] = [];
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

function hasFilters({ index, filters }: SearchRequest, text: IndexedText | null): boolean {
  return text !== null && matchesSearch({ ix: index.ix, lo: "", hi: "\xff", filters }, text);
}

function tooManyResults(): DeveloperError {
  return new DeveloperError(
    "SearchQueryScannedTooManyDocumentsError",
    `Search query scanned too many documents (fetched ${MAX_RESULTS}). Consider using a smaller limit, paginating the query, or using a filter field to limit the number of documents pulled from the search index.`,
  );
}
