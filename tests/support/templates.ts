import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Every change of the sources makes another one.
const TEMPLATE_LIFETIME_MS = 24 * 60 * 60 * 1000;

// By the machine's clock a template ages: an hourly cron of an older one would run once more.
const MACHINE_TEMPLATE_MS = 20 * 60 * 1000;

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
  const making = mkdtempSync(join(root, "making-"));
  await make(making);
  try {
    renameSync(making, folder);
  } catch (error) {
    // Another test process made the same one meanwhile.
    if (!existsSync(folder)) throw error;
    rmSync(making, { recursive: true });
  }
  return folder;
}

function removeOldTemplates(root: string): void {
  for (const name of readdirSync(root)) {
    const folder = join(root, name);
    const info = statSync(folder, { throwIfNoEntry: false });
    if (info !== undefined && Date.now() - info.mtimeMs > TEMPLATE_LIFETIME_MS)
      rmSync(folder, { recursive: true, force: true });
  }
}
