import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "libsql";

// Those of an index that waits to be deleted may be ahead of it.
const LOST_ENTRIES = `SELECT e.doc FROM entries e LEFT JOIN documents d ON d.doc = e.doc
  WHERE d.doc IS NULL AND e.ix NOT IN (SELECT ix FROM indexes WHERE state IN ('dropped', 'abandoned'))`;

/** What was going on when the process ended. */
export interface FileState {
  /** Tables that an import was filling. */
  hiddenTables: number;
  /** Indexes that a push was building. */
  buildingIndexes: number;
}

/**
 * Looks at the database of a process that is gone, at a copy, since opening the file would already repair what a restart
 * must repair. Throws Error when SQLite finds it damaged, when an index entry names no document, or a document no entry.
 */
export function checkDatabaseFile(dataDir: string): FileState {
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
    const count = (sql: string) => Number(rows(`SELECT count(*) FROM ${sql}`)[0]?.[0]);
    const state = {
      hiddenTables: count("hidden_tables"),
      buildingIndexes: count("indexes WHERE state = 'building'"),
    };
    db.close();
    if (found.join() !== "ok") throw new Error(`The database file is damaged: ${found.join("; ")}`);
    if (lost.length > 0) throw new Error(`${lost.length} index entries name documents that are not there`);
    if (unnamed.length > 0) throw new Error(`${unnamed.length} documents are in no index`);
    return state;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
