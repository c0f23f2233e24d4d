import type { Database, Transaction } from "../database/types.ts";
import { Slices } from "../slices.ts";
import type { FileStore } from "./file-store.ts";

/**
 * Removes those of `uuids` that no row names: what a process left that ended between writing a file's bytes and
 * committing it, or between deleting a file and removing its bytes. Answers how many. Only for files that were there
 * when this process began, since those that are just being stored have no row yet either.
 */
export async function removeOrphans(
  database: Database,
  files: FileStore,
  uuids: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const slices = new Slices();
  let removed = 0;
  for (const uuid of uuids) {
    if (signal.aborted) break;
    if (!isNamed(database, uuid)) {
      await files.remove(uuid);
      removed++;
    }
    if (!slices.mayGoOn()) await slices.pause();
  }
  return removed;
}

function isNamed(database: Database, uuid: string): boolean {
  const tx = database.begin({ readOnly: true });
  try {
    return namespaces(tx).some((ns) => tx.system.rows(ns, "_file_storage", "by_uuid", [uuid], { limit: 1 }).length > 0);
  } finally {
    database.abandon(tx);
  }
}

// Components that are not mounted any more keep their files: they may come back.
function namespaces(tx: Transaction): string[] {
  return tx.system.namespacesWith("_file_storage");
}
