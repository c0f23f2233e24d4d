import { expect, test } from "vitest";
import { LOAD_PROJECT } from "../../scripts/bench/load-project.ts";
import { startTestBackend } from "../support/backend.ts";
import { crashAgainAndAgain } from "./crash-harness.ts";

// The long run is `npm run test:crash`.
test("killed again and again under load, nothing acknowledged is lost and nothing is left by halves", async () => {
  const backend = await startTestBackend({ project: LOAD_PROJECT });
  try {
    const rounds = await crashAgainAndAgain({ backend, seed: 7, kills: 4, writers: 6 });
    expect(rounds.reduce((sum, { acknowledged }) => sum + acknowledged, 0)).toBeGreaterThan(50);
  } finally {
    await backend.stop();
  }
});
