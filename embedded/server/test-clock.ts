import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ManualClock } from "../clock.ts";

const FILE = "test-clock";

/**
 * The test clock of a data folder. It stands at `startMs` (default now), or where it last stood in this folder if that
 * is later: a restart must not take back time that stored rows have already seen.
 */
export function openTestClock(dataDir: string, startMs: number = Date.now()): ManualClock {
  const file = join(dataDir, FILE);
  const lastMs = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  return new ManualClock(Math.max(startMs, lastMs));
}

/** Notes where the clock is going, before it goes there. */
export function rememberTestClock(dataDir: string, targetMs: number): void {
  writeFileSync(join(dataDir, FILE), String(targetMs));
}
