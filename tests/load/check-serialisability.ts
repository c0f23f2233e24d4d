import type { JSONValue } from "convex/values";
import { ConnectionLost, SyncSocket } from "../support/sync-socket.ts";
import { apply, randomOps, REGISTER_KEYS, seededRandom, slice, type Op, type Registers } from "./register-model.ts";

export interface CheckOptions {
  cloudUrl: string;
  seed: number;
  transactions: number;
  /** Connections that write at the same time. */
  writers: number;
  /** Connections that subscribe to several parts of the registers each. */
  watchers: number;
}

export interface CheckReport {
  committed: number;
  /** Refused after the documented number of conflicts; they must have changed nothing. */
  refused: number;
  /** States the subscribers were shown. */
  states: number;
}

const LAST_OPS: Op[] = [0, REGISTER_KEYS - 1].map((key) => ({ kind: "write", key, add: 1 }));

// Far above what a Transition takes on a busy machine.
const LONGEST_WAIT_MS = 20_000;

const CONFLICTS = "OptimisticConcurrencyControlFailure";

interface Committed {
  ts: bigint;
  ops: readonly Op[];
  seen: JSONValue;
}

/** Two queries a watcher: one Transition must show both at the same instant. */
const WATCHED: readonly (readonly [number, number])[] = [
  [0, REGISTER_KEYS / 2],
  [REGISTER_KEYS / 3, REGISTER_KEYS + 2],
];

/**
 * Runs random transactions that overlap and holds what they answered against a model that runs them one after the
 * other, in the order of their commit timestamps. A lost update, a skewed write or a phantom makes some answer differ.
 * Subscribers must see only states that existed, in order, all their queries at one instant, the last one at the end.
 * Throws Error with the seed for the first thing that does not fit.
 */
export async function checkSerialisability(options: CheckOptions): Promise<CheckReport> {
  const { cloudUrl, seed, transactions } = options;
  const run = `seed ${seed}`;
  const watchers = await Promise.all(Array.from({ length: options.watchers }, () => Watcher.open(cloudUrl, run)));
  const committed: Committed[] = [];
  let refused = 0;
  let begun = 0;
  const random = seededRandom(seed);
  const writer = async () => {
    let socket = await SyncSocket.open(cloudUrl);
    while (begun++ < transactions) {
      const ops = randomOps(random);
      try {
        const answer = await socket.mutation("checks:transact", { run, ops: ops as JSONValue });
        if (!answer.ok) throw new Error(`Seed ${seed}: a transaction failed: ${answer.message}`);
        committed.push({ ts: answer.ts, ops, seen: answer.value });
      } catch (error) {
        // After too many conflicts the server refuses and closes, so that a client replays (convex-facts g.2).
        if (!(error instanceof ConnectionLost) || error.reason !== CONFLICTS) throw error;
        refused++;
        socket = await SyncSocket.open(cloudUrl);
      }
    }
    socket.close();
  };
  try {
    await Promise.all(Array.from({ length: options.writers }, writer));
    // Touches what every watcher watches: only then must each of them hear of it.
    const socket = await SyncSocket.open(cloudUrl);
    const final = await socket.mutation("checks:transact", { run, ops: LAST_OPS as JSONValue });
    socket.close();
    if (!final.ok) throw new Error(`Seed ${seed}: ${final.message}`);
    committed.push({ ts: final.ts, ops: LAST_OPS, seen: final.value });
    const history = replay(committed, seed);
    for (const watcher of watchers) await watcher.reached(final.ts, seed);
    const states = watchers.reduce((total, watcher) => total + watcher.check(history, seed), 0);
    return { committed: committed.length - 1, refused, states };
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

interface Instant {
  ts: bigint;
  registers: Registers;
}

/** The states of the registers in order; throws at the first transaction that saw something else. */
function replay(committed: readonly Committed[], seed: number): Instant[] {
  // Transactions that wrote nothing carry the timestamp of the state they saw: they come after its writer.
  const isReader = ({ ops }: Committed) => (ops.some(({ kind }) => kind === "write" || kind === "remove") ? 0 : 1);
  const ordered = [...committed].sort((a, b) => (a.ts === b.ts ? isReader(a) - isReader(b) : a.ts < b.ts ? -1 : 1));
  const registers: Registers = new Map();
  const history: Instant[] = [{ ts: 0n, registers: new Map() }];
  for (const [position, { ts, ops, seen }] of ordered.entries()) {
    const expected = JSON.stringify(apply(registers, ops));
    if (expected !== JSON.stringify(seen)) {
      throw new Error(
        `Seed ${seed}: transaction ${position} at ${ts} saw ${JSON.stringify(seen)} where a serial run sees ${expected}: ${JSON.stringify(ops)}`,
      );
    }
    history.push({ ts, registers: new Map(registers) });
  }
  return history;
}

class Watcher {
  readonly #transitions: { ts: bigint; shown: string[] }[] = [];
  readonly #shown: string[] = [];
  #waiting: { ts: bigint; resolve: () => void } | null = null;

  private constructor(private readonly socket: SyncSocket) {}

  static async open(cloudUrl: string, run: string): Promise<Watcher> {
    const socket = await SyncSocket.open(cloudUrl);
    const watcher = new Watcher(socket);
    socket.onTransition = ({ ts, values }) => {
      for (const [queryId, value] of values) watcher.#shown[queryId] = JSON.stringify(value);
      watcher.#transitions.push({ ts, shown: [...watcher.#shown] });
      if (watcher.#waiting !== null && ts >= watcher.#waiting.ts) watcher.#waiting.resolve();
    };
    socket.subscribe(WATCHED.map(([from, to]) => ({ path: "checks:registers", args: { run, from, to } })));
    return watcher;
  }

  /** Resolves when a Transition at or after `ts` has come. */
  async reached(ts: bigint, seed: number): Promise<void> {
    if ((this.#transitions.at(-1)?.ts ?? 0n) >= ts) return;
    await new Promise<void>((resolve, reject) => {
      const late = () => reject(new Error(`Seed ${seed}: a subscriber was never told of ${ts}`));
      const timer = setTimeout(late, LONGEST_WAIT_MS);
      this.#waiting = { ts, resolve: () => (clearTimeout(timer), resolve()) };
    });
  }

  /** Returns how many states were shown. */
  check(history: readonly Instant[], seed: number): number {
    let position = 0;
    let before = 0n;
    for (const { ts, shown } of this.#transitions) {
      if (ts < before) throw new Error(`Seed ${seed}: a Transition went back from ${before} to ${ts}`);
      before = ts;
      while ((history[position + 1]?.ts ?? ts + 1n) <= ts) position++;
      const { registers } = history[position] ?? { registers: new Map() };
      const expected = WATCHED.map(([from, to]) => JSON.stringify(slice(registers, from, to)));
      if (JSON.stringify(shown) !== JSON.stringify(expected)) {
        const facts = `${JSON.stringify(shown)} where the state was ${JSON.stringify(expected)}`;
        throw new Error(`Seed ${seed}: a subscriber was shown at ${ts} ${facts}`);
      }
    }
    return this.#transitions.length;
  }

  close(): void {
    this.socket.close();
  }
}
