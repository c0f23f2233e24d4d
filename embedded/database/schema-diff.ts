import type { JSONValue } from "convex/values";
import type { IndexDiff, SchemaJson, TableJson } from "./types.ts";

interface DescribedIndex {
  json: { name: string; [key: string]: JSONValue };
  staged: boolean;
}

/** What changes between two schemas' indexes, in the wire form of convex-facts c.3. */
export function diffIndexes(before: SchemaJson | null, after: SchemaJson | null): IndexDiff {
  const old = describe(before);
  const next = describe(after);
  const diff: Required<IndexDiff> = {
    added_indexes: [],
    removed_indexes: [],
    enabled_indexes: [],
    disabled_indexes: [],
  };
  for (const [name, index] of next) {
    const previous = old.get(name);
    if (previous === undefined || !isSame(previous, index)) diff.added_indexes.push(wireForm(index));
    else if (previous.staged && !index.staged) diff.enabled_indexes.push(wireForm(index));
    else if (!previous.staged && index.staged) diff.disabled_indexes.push(wireForm(index));
  }
  for (const [name, index] of old) {
    const following = next.get(name);
    if (following === undefined || !isSame(following, index)) diff.removed_indexes.push(wireForm(index));
  }
  return diff;
}

function describe(schema: SchemaJson | null): Map<string, DescribedIndex> {
  const described = new Map<string, DescribedIndex>();
  for (const table of schema?.tables ?? []) {
    for (const index of describeTable(table)) described.set(index.json.name, index);
  }
  return described;
}

function describeTable(table: TableJson): DescribedIndex[] {
  const ordered = (staged: boolean, { indexDescriptor, fields }: TableJson["indexes"][number]): DescribedIndex => ({
    staged,
    json: { name: `${table.tableName}.${indexDescriptor}`, type: "database", fields: [...fields, "_creationTime"] },
  });
  const search = (staged: boolean, index: TableJson["searchIndexes"][number]): DescribedIndex => ({
    staged,
    json: {
      name: `${table.tableName}.${index.indexDescriptor}`,
      type: "search",
      searchField: index.searchField,
      filterFields: [...index.filterFields],
    },
  });
  const vector = (staged: boolean, index: NonNullable<TableJson["vectorIndexes"]>[number]): DescribedIndex => ({
    staged,
    json: {
      name: `${table.tableName}.${index.indexDescriptor}`,
      type: "vector",
      dimensions: index.dimensions,
      vectorField: index.vectorField,
      filterFields: [...index.filterFields],
    },
  });
  return [
    ...table.indexes.map((index) => ordered(false, index)),
    ...(table.stagedDbIndexes ?? []).map((index) => ordered(true, index)),
    ...table.searchIndexes.map((index) => search(false, index)),
    ...(table.stagedSearchIndexes ?? []).map((index) => search(true, index)),
    ...(table.vectorIndexes ?? []).map((index) => vector(false, index)),
    ...(table.stagedVectorIndexes ?? []).map((index) => vector(true, index)),
  ];
}

function isSame(a: DescribedIndex, b: DescribedIndex): boolean {
  return JSON.stringify(a.json) === JSON.stringify(b.json);
}

function wireForm({ json, staged }: DescribedIndex): JSONValue {
  return staged ? { ...json, staged } : json;
}
