import { expect, test } from "vitest";
import { LOAD_PROJECT } from "../../scripts/bench/load-project.ts";
import { startTestBackend } from "../support/backend.ts";
import { CRASH_KINDS, crashAgainAndAgain } from "./crash-harness.ts";
import { fillByImport, restartAfterKill } from "./million.ts";

// The long runs are `npm run test:crash`.

test("killed again and again, nothing acknowledged is lost and nothing is left by halves", async () => {
  const backend = await startTestBackend({ project: LOAD_PROJECT });
  try {
    const rounds = await crashAgainAndAgain({ backend, seed: 7, kills: 8, writers: 6, kinds: CRASH_KINDS });
    expect(rounds.reduce((sum, { acknowledged }) => sum + acknowledged, 0)).toBeGreaterThan(50);
    expect(new Set(rounds.map(({ kind }) => kind)).size).toBe(CRASH_KINDS.length);
  } finally {
    await backend.stop();
  }
});

test("a restart after a kill does not read all the documents", async () => {
  const backend = await startTestBackend({ project: LOAD_PROJECT });
  try {
    const empty = await timed(() => backend.killAndRestart());
    await fillByImport(backend, 50_000);
    const full = await restartAfterKill(backend, 50_000, 3);
    // Reading them takes seconds; a busy machine may double what a start takes.
    expect(full).toBeLessThan(2 * empty + 2000);
  } finally {
    await backend.stop();
  }
});

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
