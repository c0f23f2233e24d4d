import { getConvexSize, type Value } from "convex/values";
import { DeveloperError } from "../errors.ts";
import { checkDocument, encodeDocument, nestingOf } from "../value/document.ts";
import { encodeId, generateIdBytes, tryDecodeId } from "../value/ids.ts";
import type { KeyBytes } from "../value/key.ts";
import { checkValidator } from "../value/validator.ts";
import type { TableInfo } from "./catalog.ts";
import { StoredDoc } from "./stored-doc.ts";

/** What must be known of where the document goes. */
export interface Destination {
  nowMs(): number;
  /** For documents that bring none. */
  nextCreationTime(): number;
  /** Whether a document with this id is there already. */
  has(idBytes: KeyBytes): boolean;
  /** Name of the table with this number, for `v.id` validators; null when there is none. */
  nameOf(number: number): string | null;
}

/**
 * A document with an id and a creation time of its own, checked by the limits of documents and the table's validator.
 * Throws DeveloperError for what they refuse, for an id that is taken or of another table.
 */
export function importedDocument(info: TableInfo, value: Record<string, Value>, to: Destination): StoredDoc {
  const { _id: givenId, _creationTime: givenTime, ...body } = value;
  const idBytes = givenId === undefined ? generateIdBytes(info.number, to.nowMs()) : idOf(givenId, info);
  const id = encodeId(idBytes);
  if (givenId !== undefined && to.has(idBytes)) {
    throw new DeveloperError("DocumentExists", `Document with ID "${id}" already exists in table "${info.name}"`);
  }
  const complete = { ...body, _id: id, _creationTime: creationTimeOf(givenTime, id) ?? to.nextCreationTime() };
  const size = getConvexSize(complete);
  checkDocument(complete, size, nestingOf(complete));
  checkSchema(info, id, body, (number) => to.nameOf(number));
  return new StoredDoc(info, idBytes, encodeDocument(complete), size, 0, complete);
}

function checkSchema(
  info: TableInfo,
  id: string,
  body: Record<string, Value>,
  nameOf: (number: number) => string | null,
): void {
  if (info.documentType === null) return;
  const problem = checkValidator(info.documentType, body, nameOf);
  if (problem === null) return;
  throw new DeveloperError(
    "SchemaEnforcementError",
    `Document with ID "${id}" in table "${info.name}" does not match the schema: ${problem}`,
  );
}

function idOf(given: Value, info: TableInfo): KeyBytes {
  const id = typeof given === "string" ? tryDecodeId(given) : null;
  if (id !== null && id.tableNumber === info.number) return id.bytes;
  throw new DeveloperError("InvalidId", `${JSON.stringify(given)} is not an ID of table "${info.name}"`);
}

function creationTimeOf(given: Value | undefined, id: string): number | undefined {
  if (given === undefined || (typeof given === "number" && Number.isFinite(given) && given > 0)) return given;
  throw new DeveloperError("InvalidCreationTime", `The \`_creationTime\` of document "${id}" is not a time`);
}
