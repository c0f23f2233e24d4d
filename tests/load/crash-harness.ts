import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import type { TestBackend } from "../support/backend.ts";
import { checkDatabaseFile } from "../support/database-file.ts";
import { ConnectionLost, SyncSocket } from "../support/sync-socket.ts";
import { until } from "../support/until.ts";
import { ImportBesides } from "./crash-import.ts";
import { PushBesides } from "./crash-push.ts";
import { seededRandom } from "./register-model.ts";

/** What else goes on when the kill comes: nothing, the start after another kill, an import, a push. */
export const CRASH_KINDS = ["load", "startup", "import", "push"] as const;
type CrashKind = (typeof CRASH_KINDS)[number];

export interface CrashOptions {
  backend: TestBackend;
  seed: number;
  kills: number;
  /** Connections that write at the same time. */
  writers: number;
  /** Taken in turns; by default mostly plain load. */
  kinds?: readonly CrashKind[];
  onRound?: (round: CrashRound) => void;
}

export interface CrashRound {
  round: number;
  kind: CrashKind;
  /** Load ran this long before the kill. */
  loadMs: number;
  acknowledged: number;
  /** Committed, but the kill came before the answer. */
  unanswered: number;
  /** Kills while the next process was starting. */
  startKills: number;
  /** From the start of the new process until its first answer. */
  restartMs: number;
  /** How the import or push came out. */
  besides?: string;
}

/** Something that goes on beside the load. */
export interface Besides {
  /** Resolves when it has ended or the connection broke. Never throws for a lost connection. */
  run(): Promise<void>;
  /** Looks at what is left when the backend is there again; answers it in a word. Throws Error when it is not right. */
  check(): Promise<string>;
}

const PARTS = 3;
const LONGEST_LOAD_MS = 400;
// Imports and pushes take seconds: the kill is to come anywhere in them.
const LONGEST_BESIDES_MS = { import: 1500, push: 6000 };
const LONGEST_START_MS = 1200;
const START_KILLS = 2;
const JOBS_WAIT_MS = 60_000;
const DEFAULT_KINDS: readonly CrashKind[] = ["load", "import", "load", "startup", "load", "load", "push", "load", "startup", "import"]; // prettier-ignore
// An action that a crash has cut off is not run again, and says so (convex-facts d.7).
const FINE_STATES = /^crash\.js:(job success|act success|act failed Transient error while executing action)$/;

const stepsRef = makeFunctionReference<
  "query",
  { run: string; writer: string },
  Record<string, { parts: number; jobs: number; actions: number }>
>("crash:steps");
const statesRef = makeFunctionReference<"query", Record<string, never>, [string, number][]>("crash:jobStates");

/**
 * Kills the backend (`SIGKILL`) again and again while clients write, and looks at what is left each time: every
 * acknowledged mutation is there, none by halves, every job it scheduled ran and is marked, imports and pushes are whole
 * or as if never begun, and the file is whole. Throws Error with seed and round for the first thing that is not so.
 */
export async function crashAgainAndAgain(options: CrashOptions): Promise<CrashRound[]> {
  const random = seededRandom(options.seed);
  const kinds = options.kinds ?? DEFAULT_KINDS;
  const imports = new ImportBesides(options.backend, random);
  const pushes = new PushBesides(options.backend);
  const rounds: CrashRound[] = [];
  try {
    for (let round = 0; round < options.kills; round++) {
      const kind = kinds[round % kinds.length] ?? "load";
      const besides = kind === "import" ? imports : kind === "push" ? pushes : null;
      const done = await crashOnce(options, { round, kind, besides, random });
      rounds.push(done);
      options.onRound?.(done);
    }
    return rounds;
  } finally {
    pushes.end();
  }
}

interface Planned {
  round: number;
  kind: CrashKind;
  besides: Besides | null;
  random: () => number;
}

async function crashOnce(options: CrashOptions, { round, kind, besides, random }: Planned): Promise<CrashRound> {
  const { backend } = options;
  const run = `seed ${options.seed} round ${round}`;
  const longestMs = kind === "import" || kind === "push" ? LONGEST_BESIDES_MS[kind] : LONGEST_LOAD_MS;
  const loadMs = Math.floor(random() * longestMs);
  const names = Array.from({ length: options.writers }, (_, i) => `w${i}`);
  const acknowledged = new Map(names.map((name) => [name, 0]));
  const sockets = await Promise.all(names.map(() => SyncSocket.open(backend.cloudUrl)));
  const writing = sockets.map((socket, i) => write(socket, run, `w${i}`, acknowledged));
  const ended = besides?.run();
  await new Promise((resolve) => setTimeout(resolve, loadMs));
  await backend.kill();
  await Promise.all(writing);
  checkFile(backend.dataDir, run, kind);
  const startKills = kind === "startup" ? 1 + Math.floor(random() * START_KILLS) : 0;
  for (let i = 0; i < startKills; i++) {
    await backend.killWhileStarting(random() * LONGEST_START_MS);
    checkFile(backend.dataDir, run, kind);
  }
  const startedMs = performance.now();
  await backend.restart();
  const client = new ConvexHttpClient(backend.cloudUrl);
  await client.query(statesRef, {});
  const restartMs = performance.now() - startedMs;
  await ended;
  const outcome = besides === null ? {} : { besides: await inRun(run, () => besides.check()) };
  let unanswered = 0;
  for (const [writer, count] of acknowledged) unanswered += await checkWriter(client, run, writer, count);
  await checkStates(client, run);
  const total = [...acknowledged.values()].reduce((sum, count) => sum + count, 0);
  return { round, kind, loadMs, acknowledged: total, unanswered, startKills, restartMs, ...outcome };
}

async function inRun<T>(run: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Error(`${run}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
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
  for (const [seq, { parts, jobs, actions }] of Object.entries(steps)) {
    if (parts !== PARTS) throw new Error(`${run}: step ${seq} of ${writer} has ${parts} of ${PARTS} documents`);
    // A scheduled mutation and the mark that it ran are one commit: it runs exactly once.
    if (jobs !== 1) throw new Error(`${run}: the job of step ${seq} of ${writer} ran ${jobs} times`);
    if (actions > 1) throw new Error(`${run}: the action of step ${seq} of ${writer} ran ${actions} times`);
  }
  const extra = Object.keys(steps).length - count;
  if (extra > 1) throw new Error(`${run}: ${writer} has ${extra} steps it never sent`);
  return extra;
}

/** Every scheduled function has ended and says how. */
async function checkStates(client: ConvexHttpClient, run: string): Promise<void> {
  const states = await until(
    `${run}: the end of all jobs`,
    async () => {
      const found = await client.query(statesRef, {});
      return found.some(([state]) => /(pending|inProgress)$/.test(state)) ? null : found;
    },
    JOBS_WAIT_MS,
  );
  const bad = states.filter(([state]) => !FINE_STATES.test(state));
  if (bad.length > 0) throw new Error(`${run}: scheduled functions were left as ${JSON.stringify(bad)}`);
}

function checkFile(dataDir: string, run: string, kind: CrashKind): void {
  const { hiddenTables, buildingIndexes } = checkDatabaseFile(dataDir);
  // What an earlier round left would show here.
  if (kind !== "import" && hiddenTables > 0)
    throw new Error(`${run}: ${hiddenTables} tables of an import are left over`);
  if (kind !== "push" && buildingIndexes > 0) throw new Error(`${run}: ${buildingIndexes} indexes of a push are left over`); // prettier-ignore
}
