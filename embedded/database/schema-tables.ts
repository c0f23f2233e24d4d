import { DeveloperError } from "../errors.ts";
import { documentTypeOf } from "./catalog-store.ts";
import {
  makeIndex,
  makeSearchIndex,
  makeTable,
  type IndexInfo,
  type SearchIndexInfo,
  type TableInfo,
} from "./catalog.ts";
import type { Preparation } from "./preparation.ts";
import type { SchemaJson, TableJson } from "./types.ts";

/** The ordered indexes of a table definition, staged ones included. */
export function orderedDefinitions(definition: TableJson) {
  return [
    ...definition.indexes.map((index) => ({ name: index.indexDescriptor, fields: index.fields, staged: false })),
    ...(definition.stagedDbIndexes ?? []).map((index) => ({
      name: index.indexDescriptor,
      fields: index.fields,
      staged: true,
    })),
  ];
}

/** Its search indexes, staged ones included. */
export function searchDefinitions(definition: TableJson) {
  return [
    ...definition.searchIndexes.map((index) => ({ index, staged: false })),
    ...(definition.stagedSearchIndexes ?? []).map((index) => ({ index, staged: true })),
  ];
}

/** The existing table as the definition wants it: indexes it had, those just built, staged or not. Throws `RaceDetected`. */
export function withDefinition(
  table: TableInfo,
  schema: SchemaJson | null,
  definition: TableJson,
  preparation: Preparation | undefined,
): TableInfo {
  const built = preparation?.building.filter(({ tablet }) => tablet === table.tablet) ?? [];
  const indexes = orderedDefinitions(definition).map(({ name, fields, staged }) => {
    const existing = table.indexes.get(name);
    const index = isSameOrdered(existing, fields)
      ? existing
      : built.find((entry) => entry.kind === "ordered" && entry.index.name === name)?.index;
    if (index === undefined) throw raceOn(table.name, name);
    return makeIndex(index.ix, name, fields, staged);
  });
  const searches = searchDefinitions(definition).map(({ index: wanted, staged }) => {
    const existing = table.searches.get(wanted.indexDescriptor);
    const index = isSameSearch(existing, wanted)
      ? existing
      : built.find((entry) => entry.kind === "search" && entry.index.name === wanted.indexDescriptor)?.index;
    if (index === undefined) throw raceOn(table.name, wanted.indexDescriptor);
    return makeSearchIndex(index.ix, wanted, staged);
  });
  return makeTable({ ...table, indexes, searches, documentType: documentTypeOf(schema, table.name) });
}

function raceOn(table: string, index: string): DeveloperError {
  return new DeveloperError("RaceDetected", `Index ${table}.${index} was not prepared. Please push again.`);
}

/** True when activating `b` in place of `a` would change nothing. */
export function isSameTable(a: TableInfo | undefined, b: TableInfo): boolean {
  const shape = (table: TableInfo) =>
    JSON.stringify([
      table.ordered.map(({ ix, staged }) => [ix, staged]),
      [...table.searches.values()].map(({ ix, staged }) => [ix, staged]),
      table.documentType,
    ]);
  return a !== undefined && shape(a) === shape(b);
}

/** True when the index exists with these fields, so that its entries can be kept. */
export function isSameOrdered(index: IndexInfo | undefined, fields: readonly string[]): boolean {
  return index !== undefined && JSON.stringify(index.fields) === JSON.stringify(fields);
}

/** The same for a search index. */
export function isSameSearch(
  index: SearchIndexInfo | undefined,
  wanted: { searchField: string; filterFields: readonly string[] },
): boolean {
  return (
    index !== undefined &&
    index.searchField === wanted.searchField &&
    JSON.stringify(index.filterFields) === JSON.stringify(wanted.filterFields)
  );
}
