import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { copyBackup, findDamage, writeBackup } from "../embedded/backup/backup.ts";
import { SystemClock } from "../embedded/clock.ts";
import { openDatabase } from "../embedded/database/open.ts";
import { type DataFolder, openDataFolder } from "../embedded/server/data-folder.ts";
import { StartError } from "../embedded/server/start-error.ts";
import { FileStore } from "../embedded/storage/file-store.ts";
import { runCommand } from "./lib/run-command.ts";

const HELP = `Usage: npm run backup -- --to FOLDER [options]

Copies everything into a new folder, while the backend runs or not.

  --to FOLDER   where the backup goes; must not exist
  --data DIR    the data folder (default .switchboard)
  --url URL     where the running backend listens (default http://127.0.0.1:3210)
  --help        show this
`;

await runCommand(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return void process.stdout.write(HELP);
  if (options.to === undefined)
    throw new StartError("--to FOLDER says where the backup goes (--help lists the options).");
  const target = resolve(options.to);
  if (existsSync(target)) throw new StartError(`${target} exists already; choose a new folder with --to.`);
  if (!existsSync(join(options.data, "database.sqlite"))) {
    throw new StartError(`${resolve(options.data)} holds no data; choose the data folder with --data.`);
  }
  await mkdir(dirname(target), { recursive: true });
  const folder = lockUnlessRunning(options.data);
  if (folder === null) await moveTo(target, await askBackend(options.url, options.data));
  else await backUpStopped(folder, target);
  const damage = await findDamage(target);
  if (damage !== null) throw new StartError(`The backup is not usable: ${damage}.`);
  process.stdout.write(`Backed up to ${target}\n`);
});

function readOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        to: { type: "string" },
        data: { type: "string", default: ".switchboard" },
        url: { type: "string", default: "http://127.0.0.1:3210" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : String(error)} (--help lists the options)`);
  }
}

function lockUnlessRunning(dir: string): DataFolder | null {
  try {
    return openDataFolder(dir);
  } catch (error) {
    if (error instanceof StartError) return null;
    throw error;
  }
}

async function backUpStopped(folder: DataFolder, target: string): Promise<void> {
  const clock = new SystemClock();
  const database = openDatabase({ path: folder.databasePath, clock });
  try {
    await writeBackup({ database, files: new FileStore(folder.storagePath), dataDir: folder.path }, target);
  } finally {
    await database.close();
    clock.close();
    folder.release();
  }
}

/** The running backend writes the backup inside its own data folder; answers where. */
async function askBackend(url: string, dataDir: string): Promise<string> {
  const adminKey = (await readFile(join(dataDir, "admin-key"), "utf8")).trim();
  let response: Response;
  try {
    response = await fetch(new URL("/api/backup", url), {
      method: "POST",
      headers: { Authorization: `Convex ${adminKey}` },
    });
  } catch {
    throw new StartError(`The data folder is in use, but no backend answers at ${url}; say where with --url.`);
  }
  if (!response.ok) throw new StartError(`The backend at ${url} refused: ${await response.text()}`);
  return ((await response.json()) as { path: string }).path;
}

async function moveTo(target: string, path: string): Promise<void> {
  try {
    await rename(path, target);
  } catch (error) {
    // Another file system.
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    await copyBackup(path, target);
    await rm(path, { recursive: true });
  }
}
