import { parseArgs } from "node:util";
import { checkSerialisability } from "../tests/load/check-serialisability.ts";
import { startTestBackend } from "../tests/support/backend.ts";
import { LOAD_PROJECT } from "./bench/load-project.ts";
import { runCommand } from "./lib/run-command.ts";

const HELP = `Usage: npm run test:serialisability -- [options]

Runs random overlapping transactions and proves that they answer as if one ran after the other, and that subscribers see
only states that existed, in order. Prints one line a round; exits with 1 at the first thing that does not fit.

  --seed N          first seed (default 1); each round takes the next
  --rounds N        rounds (default 20)
  --transactions N  transactions a round (default 1000)
`;

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      rounds: { type: "string", default: "20" },
      transactions: { type: "string", default: "1000" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const backend = await startTestBackend({ project: LOAD_PROJECT });
  try {
    for (let round = 0; round < Number(values.rounds); round++) {
      const seed = Number(values.seed) + round;
      const load = {
        transactions: Number(values.transactions),
        writers: 4 + (round % 5) * 6,
        watchers: 1 + (round % 4),
      };
      const report = await checkSerialisability({ cloudUrl: backend.cloudUrl, seed, ...load });
      process.stdout.write(`${JSON.stringify({ seed, ...load, ...report, ok: true })}\n`);
    }
  } finally {
    await backend.stop();
  }
});
