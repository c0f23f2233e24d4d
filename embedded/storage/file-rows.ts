import type { Namespace, StoredDocument, Transaction } from "../database/types.ts";
import { numberField, textField } from "../functions/row-fields.ts";
import { isUuid } from "./file-store.ts";
import type { StoredBytes } from "./file-store.ts";

/** A file as the database knows it: its `_storage` document and the secret name of its bytes. */
export interface FileRecord {
  /** Document id in `_storage`. */
  id: string;
  uuid: string;
  /** Base64. */
  sha256: string;
  size: number;
  contentType: string | null;
}

/** Makes stored bytes a file of the component; answers the storage id. */
export function insertFile(tx: Transaction, ns: Namespace, bytes: StoredBytes, contentType: string | null): string {
  const { uuid, sha256, size } = bytes;
  const id = tx.system.insert(ns, "_storage", { sha256, size, contentType: contentType ?? undefined });
  tx.system.insert(ns, "_file_storage", { storageId: id, uuid });
  return id;
}

function secretRow(tx: Transaction, ns: Namespace, idOrUuid: string): StoredDocument | null {
  const rows = isUuid(idOrUuid)
    ? tx.system.rows(ns, "_file_storage", "by_uuid", [idOrUuid], { limit: 1 })
    : tx.system.rows(ns, "_file_storage", "by_storage", [idOrUuid], { limit: 1 });
  return rows[0] ?? null;
}

/** The file behind a storage id or its legacy uuid, or null when the component has no such file. */
export function findFile(tx: Transaction, ns: Namespace, idOrUuid: string): FileRecord | null {
  const secret = secretRow(tx, ns, idOrUuid);
  if (secret === null) return null;
  const document = tx.system.get(ns, textField(secret, "storageId"));
  if (document === null) return null;
  const { contentType } = document.value;
  return {
    id: document.id,
    uuid: textField(secret, "uuid"),
    sha256: textField(document, "sha256"),
    size: numberField(document, "size"),
    contentType: typeof contentType === "string" ? contentType : null,
  };
}

/** Removes the rows and answers the record, or null when there was none. The bytes go after the commit. */
export function deleteFile(tx: Transaction, ns: Namespace, idOrUuid: string): FileRecord | null {
  const secret = secretRow(tx, ns, idOrUuid);
  const file = secret === null ? null : findFile(tx, ns, idOrUuid);
  if (secret === null || file === null) return null;
  tx.system.remove(ns, secret.id);
  tx.system.remove(ns, file.id);
  return file;
}

/** Where the file is served (convex-facts b.4, d.8). */
export function fileUrl(cloudOrigin: string, ns: Namespace, file: Pick<FileRecord, "uuid">): string {
  const url = `${cloudOrigin}/api/storage/${file.uuid}`;
  return ns === "" ? url : `${url}?component=${encodeURIComponent(ns)}`;
}
