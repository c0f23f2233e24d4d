import type { Value } from "convex/values";
import { decodeStored, encodeDocument, fieldAt } from "../value/document.ts";
import { bytesOfOwnId, encodeId } from "../value/ids.ts";
import { encodeValueKey, type KeyBytes } from "../value/key.ts";
import type { IndexInfo, TableInfo } from "./catalog.ts";
import { ownCopy } from "./document-batch.ts";
import type { StoredDocument } from "./types.ts";

/** One version of a document. Immutable but for `rowid`, which a new document gets when it is committed. */
export class StoredDoc implements StoredDocument {
  #idBytes: KeyBytes | null;
  #id: string | undefined;
  #json: string | null;
  #value: Record<string, Value> | undefined;

  constructor(
    readonly tableInfo: TableInfo,
    /** Null for a document of which only its row is known: the id is inside the text. */
    idBytes: KeyBytes | null,
    /** Null to have it made from `value` when somebody asks. */
    json: string | null,
    /** Bytes as limits count them. */
    readonly size: number,
    /** Row in the `documents` table; 0 until committed. */
    public rowid: number,
    value?: Record<string, Value>,
  ) {
    this.#idBytes = idBytes;
    this.#json = json;
    this.#value = value;
  }

  get json(): string {
    return (this.#json ??= encodeDocument(this.#value ?? {}));
  }

  /** Table number and internal id: the id without checksum, as bytes. */
  get idBytes(): KeyBytes {
    return (this.#idBytes ??= bytesOfOwnId(this.id));
  }

  get id(): string {
    return (this.#id ??= this.#idBytes === null ? this.#storedId() : encodeId(this.#idBytes));
  }

  get table(): string {
    return this.tableInfo.name;
  }

  get value(): Record<string, Value> {
    return (this.#value ??= decodeStored(this.#json ?? "{}"));
  }

  #storedId(): string {
    const id = this.value["_id"];
    if (typeof id !== "string") throw new Error(`Row ${this.rowid} holds a document without id`);
    return id;
  }

  /** The id as it stands at the beginning of the text, without reading the rest; null where something comes before it. */
  get idInText(): string | null {
    if (this.#id !== undefined) return this.#id;
    return /^\{"_creationTime":[^,]*,"_id":"(\w+)"/.exec(this.#json ?? "")?.[1] ?? null;
  }

  /** The same to be kept: without what can be read again from its text, which is no part of a larger one. */
  compact(): StoredDoc {
    return new StoredDoc(this.tableInfo, this.idBytes, ownCopy(this.json), this.size, this.rowid);
  }

  /** The same as if nothing of it had been read yet. */
  unread(): StoredDoc {
    return new StoredDoc(this.tableInfo, this.idBytes, this.json, this.size, this.rowid);
  }

  get creationTime(): number {
    const time = this.value["_creationTime"];
    if (typeof time !== "number") throw new Error(`Document ${this.id} has no creation time`);
    return time;
  }
}

/** Where the document stands in an index of its table. */
export function indexKey(index: IndexInfo, doc: StoredDoc): KeyBytes {
  if (index.name === "by_id") return encodeValueKey(doc.id);
  let key = "";
  for (const path of index.paths) key += encodeValueKey(fieldAt(doc.value, path));
  return key + encodeValueKey(doc.creationTime) + doc.idBytes;
}

/** True when two versions of one document have the same values in an index's fields: most changes touch few indexes. */
export function standsAlike(index: IndexInfo, before: StoredDoc, after: StoredDoc): boolean {
  return index.paths.every((path) => Object.is(fieldAt(before.value, path), fieldAt(after.value, path)));
}
