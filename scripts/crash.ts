import { parseArgs } from "node:util";
import { crashAgainAndAgain } from "../tests/load/crash-harness.ts";
import { startTestBackend } from "../tests/support/backend.ts";
import { LOAD_PROJECT } from "./bench/load-project.ts";
import { quantile } from "./bench/report.ts";
import { runCommand } from "./lib/run-command.ts";

const HELP = `Usage: npm run test:crash -- [options]

Kills the backend with SIGKILL at random moments while clients write, restarts it on the same data and checks that no
acknowledged mutation is lost, none is half applied, every scheduled function ran and is marked, and that SQLite finds
the file whole. Prints one line a kill and a summary; exits with 1 at the first thing that is not so.

  --kills N    how often (default 200; about three seconds each)
  --seed N     of the random moments (default 1)
  --writers N  connections that write at the same time (default 10)
`;

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      kills: { type: "string", default: "200" },
      seed: { type: "string", default: "1" },
      writers: { type: "string", default: "10" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const [kills, seed, writers] = [Number(values.kills), Number(values.seed), Number(values.writers)];
  const backend = await startTestBackend({ project: LOAD_PROJECT });
  try {
    const rounds = await crashAgainAndAgain({
      backend, seed, kills, writers,
      onRound: (round) => void process.stdout.write(`${JSON.stringify(round)}\n`),
    }); // prettier-ignore
    const restarts = rounds.map(({ restartMs }) => restartMs);
    const acknowledged = rounds.reduce((sum, round) => sum + round.acknowledged, 0);
    const summary = {
      kills,
      acknowledged,
      restartMs: { median: quantile(restarts, 0.5), worst: quantile(restarts, 1) },
    };
    process.stdout.write(`${JSON.stringify({ ...summary, ok: true })}\n`);
  } finally {
    await backend.stop();
  }
});
