import Sqlite from "libsql";
import { repackOlderBlocks } from "../search/older-blocks.ts";

// Raised when the layout below changes so that an older program would misread the file. Older files are brought to it.
const FORMAT_VERSION = 2;
const OLDEST_VERSION = 1;
// Negative: KiB. Enough for the upper levels of every b-tree of some million rows.
const CACHE_SIZE_KIB = 64 * 1024;
// Pages of 4 KiB after which the WAL is copied into the main file: rarer than SQLite's 1000, since each copy stalls.
export const WAL_CHECKPOINT_PAGES = 4000;

const LAYOUT = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS tables (tablet INTEGER PRIMARY KEY, ns TEXT NOT NULL, name TEXT NOT NULL,
    number INTEGER NOT NULL, UNIQUE (ns, name), UNIQUE (ns, number));
  CREATE TABLE IF NOT EXISTS hidden_tables (tablet INTEGER PRIMARY KEY, owner TEXT NOT NULL, ns TEXT NOT NULL,
    name TEXT NOT NULL, number INTEGER NOT NULL, document_type TEXT NOT NULL, documents INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS indexes (ix INTEGER PRIMARY KEY, tablet INTEGER NOT NULL, name TEXT NOT NULL,
    kind TEXT NOT NULL, definition TEXT NOT NULL, state TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS schemas (ns TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS documents (doc INTEGER PRIMARY KEY, size INTEGER NOT NULL, json TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS entries (ix INTEGER NOT NULL, key BLOB NOT NULL, doc INTEGER NOT NULL,
    PRIMARY KEY (ix, key)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS postings (ix INTEGER NOT NULL, part BLOB NOT NULL, term BLOB NOT NULL, doc INTEGER NOT NULL,
    tf INTEGER NOT NULL, length INTEGER NOT NULL, created REAL NOT NULL, filters BLOB NOT NULL,
    PRIMARY KEY (ix, part, term, doc)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS packed_postings (ix INTEGER NOT NULL, part BLOB NOT NULL, term BLOB NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, size INTEGER NOT NULL, newest REAL NOT NULL, peaks BLOB NOT NULL,
    block INTEGER NOT NULL, PRIMARY KEY (ix, part, term, first)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS posting_data (block INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL,
    times BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS search_parts (ix INTEGER NOT NULL, part BLOB NOT NULL, docs INTEGER NOT NULL,
    length INTEGER NOT NULL, PRIMARY KEY (ix, part)) WITHOUT ROWID;
`;

/** Opens or creates the file with its tables. Throws an Error with one clear sentence when that is impossible. */
export function openFile(path: string): Sqlite.Database {
  let db: Sqlite.Database | undefined;
  try {
    db = new Sqlite(path);
    // A second process is told at once that the file is in use.
    db.pragma("locking_mode = EXCLUSIVE");
    db.pragma("journal_mode = WAL");
    // Only the copying of the WAL into the main file waits for the disk; after a COMMIT the store does (wal-file.ts).
    db.pragma("synchronous = NORMAL");
    db.pragma(`cache_size = -${CACHE_SIZE_KIB}`);
    db.pragma(`wal_autocheckpoint = ${WAL_CHECKPOINT_PAGES}`);
    db.exec(`BEGIN IMMEDIATE; ${LAYOUT} INSERT OR IGNORE INTO meta VALUES ('format', '${FORMAT_VERSION}')`);
    const [version] = db.prepare("SELECT value FROM meta WHERE key = 'format'").raw(true).get([]) as [string];
    if (Number(version) !== FORMAT_VERSION) upgrade(db, version);
    db.exec("COMMIT");
    return db;
  } catch (error) {
    db?.close();
    const sentence = `The database file ${path} ${explain(error)}`;
    throw new Error(/[.?]$/.test(sentence) ? sentence : `${sentence}.`, { cause: error });
  }
}

function upgrade(db: Sqlite.Database, version: string): void {
  if (!(Number(version) >= OLDEST_VERSION && Number(version) < FORMAT_VERSION)) {
    throw new Error(`was written by another version of this program (format ${version}, expected ${FORMAT_VERSION})`);
  }
  repackOlderBlocks(db);
  db.prepare("UPDATE meta SET value = ? WHERE key = 'format'").run([String(FORMAT_VERSION)]);
}

function explain(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) return "is in use by another process";
  if (code.startsWith("SQLITE_NOTADB") || code.startsWith("SQLITE_CORRUPT")) return "is damaged or no database";
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_PERM")) return "cannot be written";
  if (code.startsWith("SQLITE_CANTOPEN") || isCannotOpen(error))
    return "cannot be opened: does the folder exist, and may this user write to it?";
  return error instanceof Error ? error.message : String(error);
}

/** libsql reports a failed open as text that ends with SQLite's code, CANTOPEN being 14. */
function isCannotOpen(error: unknown): boolean {
  return error instanceof Error && /Unable to open connection.*: 14\b/.test(error.message);
}
