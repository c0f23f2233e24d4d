import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "libsql";

// Those of an index that waits to be deleted may be ahead of it.
const LOST_ENTRIES = `SELECT e.doc FROM entries e LEFT JOIN documents d ON d.doc = e.doc
  WHERE d.doc IS NULL AND e.ix NOT IN (SELECT ix FROM indexes WHERE state IN ('dropped', 'abandoned'))`;

/**
 * Looks at the database of a process that is gone, at a copy, since opening the file would already repair what a restart
 * must repair. Throws Error when SQLite finds it damaged, when an index entry names no document, or a document no entry.
 */
export function checkDatabaseFile(dataDir: string): void {
  const folder = mkdtempSync(join(tmpdir(), "switchboard-file-"));
  try {
    for (const name of ["database.sqlite", "database.sqlite-wal"]) {
      if (existsSync(join(dataDir, name))) cpSync(join(dataDir, name), join(folder, name));
    }
    const db = new Sqlite(join(folder, "database.sqlite"));
    const rows = (sql: string) => db.prepare(sql).raw(true).all([]) as [string | number][];
    const found = rows("PRAGMA integrity_check").map(([row]) => row);
    const lost = rows(LOST_ENTRIES);
    const unnamed = rows("SELECT doc FROM documents WHERE doc NOT IN (SELECT doc FROM entries)");
    db.close();
    if (found.join() !== "ok") throw new Error(`The database file is damaged: ${found.join("; ")}`);
    if (lost.length > 0) throw new Error(`${lost.length} index entries name documents that are not there`);
    if (unnamed.length > 0) throw new Error(`${unnamed.length} documents are in no index`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
