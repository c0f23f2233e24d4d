import { DeveloperError } from "../errors.ts";
import { isIdentifier, isUserIdentifier } from "../value/names.ts";
import type { ValidatorJson } from "../value/validator.ts";
import type { SchemaJson, TableJson } from "./types.ts";

// convex-facts f.3.
const MAX_TABLES = 10_000;
const MAX_INDEXES = 64;
const MAX_INDEX_FIELDS = 16;
const MAX_FILTER_FIELDS = 16;
const MIN_DIMENSIONS = 2;
const MAX_DIMENSIONS = 4_096;

/** Throws DeveloperError with Convex's code and text for the first rule of convex-facts f.3 the schema breaks. */
export function checkSchema(schema: SchemaJson): void {
  if (schema.tables.length > MAX_TABLES) {
    throw new DeveloperError("TooManyTables", `Number of tables cannot exceed ${MAX_TABLES}.`);
  }
  for (const table of schema.tables) checkTable(table);
}

function checkTable(table: TableJson): void {
  const name = table.tableName;
  if (name.startsWith("_")) throw new DeveloperError("TableNameReserved", `${name} is a reserved table name.`);
  if (!isUserIdentifier(name)) {
    throw new DeveloperError(
      "InvalidTableName",
      `Invalid table name: "${name}". Identifiers must start with a letter and can only contain letters, digits, and underscores.`,
    );
  }
  const documentType = table.documentType as ValidatorJson;
  checkTopLevel(name, documentType);
  const ordered = [...table.indexes, ...(table.stagedDbIndexes ?? [])];
  const searches = [...table.searchIndexes, ...(table.stagedSearchIndexes ?? [])];
  const vectors = [...(table.vectorIndexes ?? []), ...(table.stagedVectorIndexes ?? [])];
  checkIndexNames(name, [...ordered, ...searches, ...vectors]);
  for (const { indexDescriptor, fields } of ordered) {
    checkOrderedFields(indexDescriptor, fields);
    checkFieldsExist(name, indexDescriptor, fields, documentType);
  }
  checkDistinctFields(name, ordered);
  for (const { indexDescriptor, searchField, filterFields } of searches) {
    checkFilterFields(indexDescriptor, searchField, filterFields);
    checkFieldsExist(name, indexDescriptor, [searchField, ...filterFields], documentType);
  }
  checkOnePerField(searches.map(({ searchField }) => searchField), "SearchIndexFieldNotUnique", "search", name); // prettier-ignore
  for (const { indexDescriptor, vectorField, filterFields, dimensions } of vectors) {
    checkFilterFields(indexDescriptor, vectorField, filterFields);
    checkFieldsExist(name, indexDescriptor, [vectorField, ...filterFields], documentType);
    if (!Number.isInteger(dimensions) || dimensions < MIN_DIMENSIONS || dimensions > MAX_DIMENSIONS) {
      throw new DeveloperError(
        "InvalidVectorDimensionError",
        `Dimensions ${dimensions} must be between ${MIN_DIMENSIONS} and ${MAX_DIMENSIONS}.`,
      );
    }
  }
  checkOnePerField(vectors.map(({ vectorField }) => vectorField), "VectorIndexFieldNotUnique", "vector", name); // prettier-ignore
}

function checkTopLevel(table: string, type: ValidatorJson): void {
  const members = type.type === "union" ? type.value : [type];
  if (type.type !== "any" && !members.every((member) => member.type === "object")) {
    throw new DeveloperError(
      "InvalidTopLevelTypeInSchemaError",
      `The documents of table "${table}" must be defined by \`v.object\`, a union of objects, or \`v.any()\`.`,
    );
  }
}

function checkIndexNames(table: string, indexes: readonly { indexDescriptor: string }[]): void {
  if (indexes.length > MAX_INDEXES) {
    throw new DeveloperError("TooManyIndexes", `Table "${table}" cannot have more than ${MAX_INDEXES} indexes.`);
  }
  const seen = new Set<string>();
  for (const { indexDescriptor: name } of indexes) {
    if (seen.has(name)) {
      throw new DeveloperError(
        "IndexNamesNotUnique",
        `Table "${table}" has two or more definitions of index "${name}".`,
      );
    }
    seen.add(name);
    if (name.startsWith("_") || name === "by_id" || name === "by_creation_time") {
      throw new DeveloperError(
        "IndexNameReserved",
        `In table "${table}" cannot name an index "${name}" because the name is reserved. Indexes may not start with an underscore or be named "by_id" or "by_creation_time".`,
      );
    }
    if (!isUserIdentifier(name)) {
      throw new DeveloperError(
        "InvalidIndexName",
        `Invalid index name: "${name}". Identifiers must be 64 characters or less, start with a letter, and only contain letters, digits, underscores.`,
      );
    }
  }
}

function checkOrderedFields(index: string, fields: readonly string[]): void {
  if (fields.length === 0) {
    throw new DeveloperError("EmptyIndex", `In index "${index}": There must be at least one field to index.`);
  }
  if (fields.length > MAX_INDEX_FIELDS) {
    throw new DeveloperError("IndexTooManyFields", `Indexes may have up to ${MAX_INDEX_FIELDS} fields.`);
  }
  checkFieldPaths(index, fields);
}

function checkFilterFields(index: string, field: string, filterFields: readonly string[]): void {
  if (filterFields.length > MAX_FILTER_FIELDS) {
    throw new DeveloperError(
      "IndexTooManyFilterFields",
      `Search indexes may have up to ${MAX_FILTER_FIELDS} filter fields.`,
    );
  }
  checkFieldPaths(index, [field]);
  checkFieldPaths(index, filterFields);
}

function checkFieldPaths(index: string, fields: readonly string[]): void {
  const seen = new Set<string>();
  for (const field of fields) {
    if (field === "_id") {
      throw new DeveloperError(
        "IndexFieldsContainId",
        `In index "${index}": \`_id\` is not a valid index field. To load documents by ID, use \`db.get(id)\`.`,
      );
    }
    if (field === "_creationTime") {
      throw new DeveloperError(
        "IndexFieldsContainCreationTime",
        `In index "${index}": \`_creationTime\` is automatically added to the end of each index. It should not be added explicitly in the index definition. See https://docs.convex.dev/using/indexes for more details.`,
      );
    }
    if (field.startsWith("_")) {
      throw new DeveloperError(
        "IndexFieldNameReserved",
        `In index "${index}": Reserved fields (starting with \`_\`) are not allowed in indexes.`,
      );
    }
    if (!field.split(".").every(isIdentifier)) {
      throw new DeveloperError("InvalidIndexField", `In index "${index}": Invalid index field: "${field}"`);
    }
    if (seen.has(field)) {
      throw new DeveloperError(
        "FieldsNotUniqueWithinIndex",
        `In index "${index}": Duplicate field ${field}. Index fields must be unique within an index.`,
      );
    }
    seen.add(field);
  }
}

function checkDistinctFields(
  table: string,
  indexes: readonly { indexDescriptor: string; fields: readonly string[] }[],
): void {
  const byFields = new Map<string, string>();
  for (const { indexDescriptor, fields } of indexes) {
    const key = JSON.stringify(fields);
    const other = byFields.get(key);
    if (other !== undefined) {
      throw new DeveloperError(
        "IndexNotUnique",
        `In table "${table}" index "${other}" and index "${indexDescriptor}" have the same fields. Indexes must be unique within a table.`,
      );
    }
    byFields.set(key, indexDescriptor);
  }
}

function checkOnePerField(fields: readonly string[], code: string, kind: string, table: string): void {
  const twice = fields.find((field, position) => fields.indexOf(field) !== position);
  if (twice !== undefined) {
    throw new DeveloperError(code, `In table "${table}" two ${kind} indexes are on the same field "${twice}".`);
  }
}

function checkFieldsExist(table: string, index: string, fields: readonly string[], type: ValidatorJson): void {
  for (const field of fields) {
    if (canContain(type, field.split("."))) continue;
    throw new DeveloperError(
      "SchemaDefinitionError",
      `In table "${table}" the index "${index}" is invalid because it references the field ${field} that does not exist.`,
    );
  }
}

/** Whether a document of this type can have a value at the path. */
function canContain(type: ValidatorJson, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined || type.type === "any") return true;
  if (type.type === "union") return type.value.some((member) => canContain(member, path));
  if (type.type === "record") return canContain(type.values.fieldType, rest);
  if (type.type !== "object") return false;
  const field = Object.hasOwn(type.value, first) ? type.value[first] : undefined;
  return field !== undefined && canContain(field.fieldType, rest);
}
