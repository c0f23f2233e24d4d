import type { JSONValue } from "convex/values";
import type { Namespace, StoredDocument, Transaction } from "../../database/types.ts";
import type { SystemFunction } from "../../functions/top-call.ts";
import { deleteFile, findFile } from "../../storage/file-rows.ts";
import { requireDeleted, type Storage } from "../../storage/storage.ts";
import { argumentsOf, documentJson, mutations, pageJson, pageOf, text, texts } from "./arguments.ts";

export interface FileFunctionDeps {
  storage: Pick<Storage, "urlOf" | "uploadUrl">;
  /** Removes the bytes of these files when, some turns later, no row names them. */
  removeBytes: (uuids: readonly string[]) => void;
}

/** Files as a dashboard lists and edits them (convex-facts c.4). */
export function fileFunctions({ storage, removeBytes }: FileFunctionDeps): Record<string, SystemFunction> {
  const shown = (tx: Transaction, component: Namespace, document: StoredDocument): JSONValue => {
    const file = findFile(tx, component, document.id);
    const url = file === null ? null : storage.urlOf(component, file);
    return { url, ...(documentJson(document) as Record<string, JSONValue>) };
  };
  return {
    "_system/frontend/fileStorageV2:numFiles": (tx, _args, component) => tx.count(component, "_storage"),
    "_system/frontend/fileStorageV2:fileMetadata": (tx, args, component) => {
      const page = pageOf(tx, component, filesQuery(args), args);
      return pageJson(page, page.page.map((document) => shown(tx, component, document))); // prettier-ignore
    },
    "_system/frontend/fileStorageV2:getFile": (tx, args, component) => {
      const file = findFile(tx, component, text(args, "storageId"));
      const document = file === null ? null : tx.get(component, file.id, { isSystem: true });
      return document === null ? null : shown(tx, component, document);
    },
    ...mutations({
      "_system/frontend/fileStorageV2:deleteFile": (tx, args, component) => {
        removeBytes([requireDeleted(tx, component, text(args, "storageId")).uuid]);
        return null;
      },
      "_system/frontend/fileStorageV2:deleteFiles": (tx, args, component) => {
        removeBytes(texts(args, "storageIds").flatMap((id) => deleteFile(tx, component, id)?.uuid ?? []));
        return null;
      },
      "_system/frontend/fileStorageV2:generateUploadUrl": (tx, _args, component) =>
        storage.uploadUrl(component, tx.startMs),
    }),
  };
}

function filesQuery(args: JSONValue): JSONValue {
  const filters = argumentsOf(argumentsOf(args)["filters"] ?? {});
  const order = filters["order"] === "asc" ? "asc" : "desc";
  const bound = (type: string, value: JSONValue | undefined) =>
    typeof value === "number" ? [{ type, fieldPath: "_creationTime", value }] : [];
  const range = [...bound("Gte", filters["minCreationTime"]), ...bound("Lte", filters["maxCreationTime"])];
  const source: JSONValue =
    range.length === 0
      ? { type: "FullTableScan", tableName: "_storage", order }
      : { type: "IndexRange", indexName: "_storage.by_creation_time", range, order };
  return { source, operators: [] };
}
