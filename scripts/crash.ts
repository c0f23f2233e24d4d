import { parseArgs } from "node:util";
import { crashAgainAndAgain } from "../tests/load/crash-harness.ts";
import { fillByImport, restartAfterKill } from "../tests/load/million.ts";
import { startTestBackend } from "../tests/support/backend.ts";
import { LOAD_PROJECT } from "./bench/load-project.ts";
import { quantile } from "./bench/report.ts";
import { runCommand } from "./lib/run-command.ts";

const HELP = `Usage: npm run test:crash -- [options]

Kills the backend with SIGKILL at random moments, under load, while it starts, during imports and pushes; restarts it on
the same data and checks that no acknowledged mutation is lost, none is half applied, every scheduled function ran and is
marked, imports and pushes are whole or as if never begun, and that SQLite finds the file whole. Then does the same with
a million documents and measures how long a restart takes. Prints one line a kill and two summaries; exits with 1 at the
first thing that is not so.

  --kills N        how often (default 200; about five seconds each)
  --seed N         of the random moments (default 1)
  --writers N      connections that write at the same time (default 10)
  --documents N    for the restarts (default 1000000; 0 leaves them out)
  --restarts N     how often with those (default 5)
`;

// The bound for a restart with a million documents.
const LONGEST_RESTART_MS = 2000;

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      kills: { type: "string", default: "200" },
      seed: { type: "string", default: "1" },
      writers: { type: "string", default: "10" },
      documents: { type: "string", default: "1000000" },
      restarts: { type: "string", default: "5" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const seed = Number(values.seed);
  if (Number(values.kills) > 0) await killUnderLoad(Number(values.kills), seed, Number(values.writers));
  if (Number(values.documents) > 0) await restartLarge(Number(values.documents), Number(values.restarts), seed);
});

async function killUnderLoad(kills: number, seed: number, writers: number): Promise<void> {
  const backend = await startTestBackend({ project: LOAD_PROJECT });
  try {
    const rounds = await crashAgainAndAgain({ backend, seed, kills, writers, onRound: print });
    const total = (count: (round: (typeof rounds)[number]) => number) =>
      rounds.reduce((sum, round) => sum + count(round), 0);
    print({
      kills: kills + total(({ startKills }) => startKills),
      acknowledged: total(({ acknowledged }) => acknowledged),
      imports: total(({ kind }) => (kind === "import" ? 1 : 0)),
      pushes: total(({ kind }) => (kind === "push" ? 1 : 0)),
      restartMs: spread(rounds.map(({ restartMs }) => restartMs)),
      ok: true,
    });
  } finally {
    await backend.stop();
  }
}

async function restartLarge(documents: number, restarts: number, seed: number): Promise<void> {
  const backend = await startTestBackend({ project: LOAD_PROJECT });
  try {
    const buildMs = await fillByImport(backend, documents);
    const times: number[] = [];
    for (let i = 0; i < restarts; i++) times.push(await restartAfterKill(backend, documents, seed + i));
    const ok = quantile(times, 0.5) <= LONGEST_RESTART_MS;
    print({
      documents,
      buildMs: Math.round(buildMs),
      restartMs: spread(times),
      target: `median <= ${LONGEST_RESTART_MS}`,
      ok,
    });
    if (!ok) process.exitCode = 1;
  } finally {
    await backend.stop();
  }
}

function spread(times: readonly number[]): { median: number; worst: number } {
  return { median: Math.round(quantile(times, 0.5)), worst: Math.round(quantile(times, 1)) };
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
