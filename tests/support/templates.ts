import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Every change of the sources makes another one.
const TEMPLATE_LIFETIME_MS = 24 * 60 * 60 * 1000;

// By the machine's clock a template ages: an hourly cron of an older one would run once more.
const MACHINE_TEMPLATE_MS = 20 * 60 * 1000;

const LOOK_AGAIN_MS = 100;

/** Several times what the slowest machine takes for one. */
const LONGEST_MAKING_MS = 15 * 60 * 1000;

/**
 * A data folder that `make` filled, to be copied: made on first use, kept for later test files and runs under `name`
 * (say in it all that the content depends on) and the instant its clock stands at; without one the machine's clock ran.
 */
export async function dataTemplate(
  name: string,
  startMs: number | undefined,
  make: (dataDir: string) => Promise<void>,
): Promise<string> {
  const root = join(tmpdir(), "switchboard-templates");
  const folder = join(root, `${name}-${startMs ?? `machine${Math.floor(Date.now() / MACHINE_TEMPLATE_MS)}`}`);
  if (existsSync(folder)) return folder;
  mkdirSync(root, { recursive: true });
  removeOldTemplates(root);
  return await alone(`${folder}.lock`, async () => {
    if (existsSync(folder)) return folder;
    const making = mkdtempSync(join(root, "making-"));
    await make(making);
    renameSync(making, folder);
    return folder;
  });
}

/** Runs `work` in one test process at a time: two that make the same folder take twice as long as one that waits. */
async function alone<T>(lock: string, work: () => Promise<T>): Promise<T> {
  while (!takeLock(lock)) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock(lock: string): boolean {
  // Linked when it is whole: a lock always names its holder.
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    if (isLeftBehind(lock)) rmSync(lock, { force: true });
    return false;
  } finally {
    rmSync(own);
  }
}

/** Whether whoever took it was ended before giving it back; by now another process may bear its number. */
function isLeftBehind(lock: string): boolean {
  const info = statSync(lock, { throwIfNoEntry: false });
  if (info === undefined) return false;
  return Date.now() - info.mtimeMs > LONGEST_MAKING_MS || !isRunning(Number(readFileSync(lock, "utf8")));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function removeOldTemplates(root: string): void {
  for (const name of readdirSync(root)) {
    const folder = join(root, name);
    const info = statSync(folder, { throwIfNoEntry: false });
    if (info !== undefined && Date.now() - info.mtimeMs > TEMPLATE_LIFETIME_MS)
      rmSync(folder, { recursive: true, force: true });
  }
}
