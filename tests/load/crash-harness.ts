import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "libsql";
import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import type { TestBackend } from "../support/backend.ts";
import { ConnectionLost, SyncSocket } from "../support/sync-socket.ts";
import { until } from "../support/until.ts";
import { seededRandom } from "./register-model.ts";

export interface CrashOptions {
  backend: TestBackend;
  seed: number;
  kills: number;
  /** Connections that write at the same time. */
  writers: number;
  onRound?: (round: CrashRound) => void;
}

export interface CrashRound {
  round: number;
  /** Load ran this long before the kill. */
  loadMs: number;
  acknowledged: number;
  /** Committed, but the kill came before the answer. */
  unanswered: number;
  /** From the start of the new process until its first answer. */
  restartMs: number;
}

const PARTS = 3;
const LONGEST_LOAD_MS = 400;
const JOBS_WAIT_MS = 30_000;
const stepsRef = makeFunctionReference<
  "query",
  { run: string; writer: string },
  Record<string, { parts: number; jobs: number }>
>("crash:steps");
const statesRef = makeFunctionReference<"query", Record<string, never>, Record<string, number>>("crash:jobStates");

/**
 * Kills the backend (`SIGKILL`) again and again while clients write, and looks at what is left each time: every
 * acknowledged mutation is there, none by halves, every job it scheduled ran and is marked, and the file is whole.
 * Throws Error with seed and round for the first thing that is not so.
 */
export async function crashAgainAndAgain(options: CrashOptions): Promise<CrashRound[]> {
  const random = seededRandom(options.seed);
  const rounds: CrashRound[] = [];
  for (let round = 0; round < options.kills; round++) {
    const loadMs = Math.floor(random() * LONGEST_LOAD_MS);
    const done = await crashOnce(options, round, loadMs);
    rounds.push(done);
    options.onRound?.(done);
  }
  return rounds;
}

async function crashOnce(options: CrashOptions, round: number, loadMs: number): Promise<CrashRound> {
  const { backend } = options;
  const run = `seed ${options.seed} round ${round}`;
  const names = Array.from({ length: options.writers }, (_, i) => `w${i}`);
  const acknowledged = new Map(names.map((name) => [name, 0]));
  const sockets = await Promise.all(names.map(() => SyncSocket.open(backend.cloudUrl)));
  const writing = sockets.map((socket, i) => write(socket, run, `w${i}`, acknowledged));
  await new Promise((resolve) => setTimeout(resolve, loadMs));
  await backend.kill();
  await Promise.all(writing);
  checkFile(backend.dataDir, run);
  const startedMs = performance.now();
  await backend.restart();
  const client = new ConvexHttpClient(backend.cloudUrl);
  await client.query(statesRef, {});
  const restartMs = performance.now() - startedMs;
  let unanswered = 0;
  for (const [writer, count] of acknowledged) unanswered += await checkWriter(client, run, writer, count);
  const states = await client.query(statesRef, {});
  const unmarked = Object.entries(states).filter(([state]) => state !== "success");
  if (unmarked.length > 0) throw new Error(`${run}: scheduled functions were left as ${JSON.stringify(states)}`);
  const total = [...acknowledged.values()].reduce((sum, count) => sum + count, 0);
  return { round, loadMs, acknowledged: total, unanswered, restartMs };
}

/** Writes step after step until the connection breaks. */
async function write(
  socket: SyncSocket,
  run: string,
  writer: string,
  acknowledged: Map<string, number>,
): Promise<void> {
  try {
    for (let seq = 0; ; seq++) {
      const answer = await socket.mutation("crash:write", { run, writer, seq });
      if (!answer.ok) throw new Error(`${run}: a write failed: ${answer.message}`);
      acknowledged.set(writer, seq + 1);
    }
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
  }
}

/** Returns how many steps are there that nobody was told of: at most the one that was under way. */
async function checkWriter(client: ConvexHttpClient, run: string, writer: string, count: number): Promise<number> {
  const steps = await until(
    `${run}: the jobs of ${writer}`,
    async () => {
      const found = await client.query(stepsRef, { run, writer });
      return Object.values(found).every(({ jobs }) => jobs > 0) ? found : null;
    },
    JOBS_WAIT_MS,
  );
  for (let seq = 0; seq < count; seq++) {
    if (steps[seq] === undefined) throw new Error(`${run}: ${writer}'s acknowledged step ${seq} of ${count} is lost`);
  }
  for (const [seq, { parts, jobs }] of Object.entries(steps)) {
    if (parts !== PARTS) throw new Error(`${run}: step ${seq} of ${writer} has ${parts} of ${PARTS} documents`);
    // A scheduled mutation and the mark that it ran are one commit: it runs exactly once.
    if (jobs !== 1) throw new Error(`${run}: the job of step ${seq} of ${writer} ran ${jobs} times`);
  }
  const extra = Object.keys(steps).length - count;
  if (extra > 1) throw new Error(`${run}: ${writer} has ${extra} steps it never sent`);
  return extra;
}

/** Checks a copy, since opening the file would already repair what a restart must repair. */
function checkFile(dataDir: string, run: string): void {
  const folder = mkdtempSync(join(tmpdir(), "switchboard-crash-"));
  try {
    for (const name of ["database.sqlite", "database.sqlite-wal"]) {
      if (existsSync(join(dataDir, name))) cpSync(join(dataDir, name), join(folder, name));
    }
    const db = new Sqlite(join(folder, "database.sqlite"));
    const rows = db.prepare("PRAGMA integrity_check").raw(true).all([]) as [string][];
    db.close();
    const found = rows.map(([row]) => row).join("; ");
    if (found !== "ok") throw new Error(`${run}: the database file is damaged: ${found}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
