import { execFile } from "node:child_process";
import { constants, existsSync } from "node:fs";
import { copyFile, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import Sqlite from "libsql";
import type { Database } from "../database/types.ts";
import type { FileStore } from "../storage/file-store.ts";

// What a data folder needs besides the database and the files; the rest is rebuilt or belongs to one process.
const SMALL_FILES = ["admin-key", "signing-key", "start-state.json", "test-clock"];

export interface BackupSource {
  database: Pick<Database, "copyFile">;
  files: FileStore;
  dataDir: string;
}

/**
 * Writes a copy of everything into the new folder `target`, beside whatever goes on: the state of one instant, with
 * every file that state knows. The folder is complete or absent, and is itself a data folder.
 */
export async function writeBackup({ database, files, dataDir }: BackupSource, target: string): Promise<void> {
  const partial = `${target}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(join(partial, "storage"), { recursive: true, mode: 0o700 });
  try {
    // Files first held, then the database: a file that its rows name cannot be removed in between.
    await files.withoutRemovals(async () => {
      await database.copyFile((path) => copyElsewhere(path, join(partial, "database.sqlite")));
      await copyFiles(join(dataDir, "storage"), join(partial, "storage"));
    });
    for (const name of SMALL_FILES) {
      if (existsSync(join(dataDir, name))) await copy(join(dataDir, name), join(partial, name));
    }
    await rename(partial, target);
    await sync(dirname(target));
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Copies a whole backup, to where `target` does not exist yet. */
export async function copyBackup(source: string, target: string): Promise<void> {
  await mkdir(join(target, "storage"), { recursive: true, mode: 0o700 });
  await copy(join(source, "database.sqlite"), join(target, "database.sqlite"));
  await copyFiles(join(source, "storage"), join(target, "storage"));
  for (const name of SMALL_FILES) {
    if (existsSync(join(source, name))) await copy(join(source, name), join(target, name));
  }
}

async function copyFiles(from: string, to: string): Promise<void> {
  const names = await readdir(from).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  // Uploads that are still arriving are no files yet.
  for (const name of names.filter((each) => !each.endsWith(".partial"))) await copy(join(from, name), join(to, name));
}

async function copy(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  await sync(to);
}

// A process that closes any handle of a file loses its locks on it (POSIX), and with them SQLite's; another one's copy
// leaves them alone.
const COPY_SCRIPT = `
  const [from, to] = process.argv.slice(1);
  const { COPYFILE_FICLONE, COPYFILE_EXCL } = require("node:fs").constants;
  require("node:fs").copyFileSync(from, to, COPYFILE_FICLONE | COPYFILE_EXCL);
`;

async function copyElsewhere(from: string, to: string): Promise<void> {
  await promisify(execFile)(process.execPath, ["--eval", COPY_SCRIPT, from, to], { env: {} });
  await sync(to);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What is wrong with a backup, in one sentence, or null. Reads all of the database. */
export async function findDamage(folder: string): Promise<string | null> {
  const path = join(folder, "database.sqlite");
  if ((await stat(path).catch(() => null)) === null) return `${folder} holds no database.sqlite`;
  let db: Sqlite.Database | undefined;
  try {
    db = new Sqlite(path);
    // An idle connection in WAL mode would leave companions of the file behind.
    db.pragma("journal_mode = DELETE");
    const [result] = db.pragma("integrity_check") as { integrity_check: string }[];
    const answer = result?.integrity_check ?? "no answer";
    return answer === "ok" ? null : `${path} is damaged: ${answer}`;
  } catch (error) {
    return `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    db?.close();
  }
}
