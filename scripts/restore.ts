import { existsSync, readdirSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { copyBackup, findDamage } from "../embedded/backup/backup.ts";
import { openDataFolder } from "../embedded/server/data-folder.ts";
import { StartError } from "../embedded/server/start-error.ts";
import { runCommand } from "./lib/run-command.ts";

const HELP = `Usage: npm run restore -- --from FOLDER [options]

Makes a data folder from a backup. The backend must be stopped.

  --from FOLDER  a backup that npm run backup made
  --data DIR     the data folder to make (default .switchboard)
  --replace      put what is in the data folder aside, under another name, instead of refusing
  --help         show this
`;

await runCommand(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return void process.stdout.write(HELP);
  if (options.from === undefined) throw new StartError("--from FOLDER names the backup (--help lists the options).");
  const source = resolve(options.from);
  const target = resolve(options.data);
  const partial = `${target}.restoring`;
  await rm(partial, { recursive: true, force: true });
  if (!existsSync(join(source, "database.sqlite"))) throw new StartError(`${source} is no backup: it holds no database.sqlite.`); // prettier-ignore
  await copyBackup(source, partial);
  // The copy is looked at: opening a database may change its file, and a backup stays as it is.
  const damage = await findDamage(partial);
  if (damage !== null) {
    await rm(partial, { recursive: true });
    throw new StartError(`The backup is not usable: ${damage}.`);
  }
  const aside = await putAside(target, options.replace, partial);
  await rename(partial, target);
  process.stdout.write(`Restored into ${target}${aside === null ? "" : `; what was there is now in ${aside}`}\n`);
});

function readOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        from: { type: "string" },
        data: { type: "string", default: ".switchboard" },
        replace: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : String(error)} (--help lists the options)`);
  }
}

/** Frees the target's name. Answers where its content went, or null when there was none. */
async function putAside(target: string, mayReplace: boolean, partial: string): Promise<string | null> {
  if (!existsSync(target)) return null;
  if (readdirSync(target).length > 0) {
    try {
      if (!mayReplace) throw new StartError(`${target} is not empty; --replace puts its content aside.`);
      // Refuses while a backend runs on it.
      openDataFolder(target).release();
    } catch (error) {
      await rm(partial, { recursive: true });
      throw error;
    }
  }
  const aside = `${target}.before-${new Date().toISOString().replaceAll(":", "-")}`;
  await rename(target, aside);
  return aside;
}
