import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import WebSocket from "ws";
import { SyncSocket } from "../../../tests/support/sync-socket.ts";
import { until } from "../../../tests/support/until.ts";
import { startWorkspace, type Workspace } from "../delivery/workspace.ts";
import { memberToken } from "./member.ts";
import { PROJECT_DIR } from "../../lib/project.ts";
import { pacedWrites } from "../paced.ts";
import { judge, quantile, type Row } from "../report.ts";

const SOCKETS = 200;
const THREADS = 50;
const WRITES_PER_SECOND = 20;
// Both sides are measured in turns.
const ROUNDS = 4;
const WRITES_PER_ROUND = 50;
const WARM_UP_WRITES = 40;
const OPENED_AT_ONCE = 20;
const LONG_WAIT_MS = 60_000;
const MOST_TIMES_BARE = 6;

/** A server with 200 sockets that watch. */
interface Side {
  /** Resolves when write number `n` is acknowledged. */
  write(n: number): Promise<unknown>;
  watchers: Watcher[];
  close(): Promise<void>;
}

/** A socket that only finds out when it hears of which write. Reading what it is sent would cost more than sending it. */
class Watcher {
  readonly heardMs = new Map<number, number>();
  #next = 0;
  hasPage = false;
  /** The frame that told of the last write of the warm-up. */
  told = "";

  constructor(readonly socket: WebSocket) {
    socket.on("message", (data: Buffer) => this.#receive(data, performance.now()));
  }

  static async open(url: string): Promise<Watcher> {
    const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true });
    await once(socket, "open");
    return new Watcher(socket);
  }

  #receive(data: Buffer, atMs: number): void {
    const before = this.#next;
    // It may hear of two at once.
    while (data.includes(markOf(this.#next))) this.heardMs.set(this.#next++, atMs);
    if (this.#next === WARM_UP_WRITES && before < this.#next) this.told = data.toString("utf8");
    this.hasPage ||= data.length > SMALLEST_PAGE;
  }
}

const SMALLEST_PAGE = 4096;
const markOf = (n: number) => `write${n};`;

/**
 * 200 people's windows show the same 50 conversations while customers write: from the acknowledgement of each message to
 * the frame in every window, against bare `ws` that sends as many bytes to as many sockets.
 */
export async function* fanoutRows(): AsyncGenerator<Row> {
  const workspace = await startWorkspace();
  const sides: Side[] = [];
  try {
    const product = await watchInbox(workspace);
    sides.push(product);
    await delays(product, 0, WARM_UP_WRITES);
    const told = product.watchers[0]?.told ?? "";
    const bare = await watchBroadcaster(told);
    sides.push(bare);
    await delays(bare, 0, WARM_UP_WRITES);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const first = WARM_UP_WRITES + round * WRITES_PER_ROUND;
      theirs.push(...(await delays(bare, first, WRITES_PER_ROUND)));
      ours.push(...(await delays(product, first, WRITES_PER_ROUND)));
    }
    const note = {
      p50: Math.round(quantile(ours, 0.5) * 10) / 10,
      bareP50: Math.round(quantile(theirs, 0.5) * 10) / 10,
      bytesToEach: Buffer.byteLength(told),
    };
    const measured = { value: quantile(ours, 0.99), baseline: quantile(theirs, 0.99), unit: "ms", note };
    const target = { of: "value", bound: "atMost", limit: 25 } as const;
    const row = judge(
      "a new message to 200 sockets on one inbox page, 20 writes/s: p99 after the ack",
      measured,
      target,
    );
    const isNearBare = (row.ratio ?? Infinity) <= MOST_TIMES_BARE;
    yield { ...row, target: `${row.target}, ratio <= ${MOST_TIMES_BARE}`, ok: row.ok && isNearBare };
  } finally {
    for (const side of sides) await side.close();
    await workspace.backend.stop();
  }
}

/** Milliseconds from each acknowledgement to each socket. */
async function delays(side: Side, first: number, count: number): Promise<number[]> {
  const acknowledgedMs = await pacedWrites(first, count, WRITES_PER_SECOND, (n) => side.write(n));
  const { watchers } = side;
  const last = first + count - 1;
  await until("the sockets", () => watchers.every(({ heardMs }) => heardMs.has(last)), LONG_WAIT_MS);
  return watchers.flatMap(({ heardMs }) =>
    acknowledgedMs.map((atMs, i) => Math.max(0, (heardMs.get(first + i) ?? Infinity) - atMs)),
  );
}

async function openWatchers(url: string): Promise<Watcher[]> {
  const watchers: Watcher[] = [];
  while (watchers.length < SOCKETS) {
    watchers.push(...(await Promise.all(Array.from({ length: OPENED_AT_ONCE }, () => Watcher.open(url)))));
  }
  return watchers;
}

async function watchInbox({ backend, orgId }: Workspace): Promise<Side> {
  await backend.client.run("dev/inboxFlood:receive", { orgId, from: 0, to: THREADS, mark: "before" });
  const token = await memberToken(backend.cloudUrl);
  const args = { orgId, view: "all", paginationOpts: { numItems: THREADS, cursor: null, id: 1 } };
  const watchers = await openWatchers(`${backend.cloudUrl.replace(/^http/, "ws")}/api/1.48.0/sync?deltas=1`);
  for (const [i, { socket }] of watchers.entries()) {
    const sessionId = `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`;
    const modifications = [{ type: "Add", queryId: 0, udfPath: "inbox/queries:listThreads", args: [args] }];
    for (const message of [
      { type: "Connect", sessionId, connectionCount: 0, lastCloseReason: null, clientTs: Date.now() },
      { type: "Authenticate", baseVersion: 0, tokenType: "User", value: token },
      { type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications },
    ])
      socket.send(JSON.stringify(message));
  }
  await until("every socket's first page", () => watchers.every(({ hasPage }) => hasPage), LONG_WAIT_MS);
  const writer = await SyncSocket.open(backend.cloudUrl);
  writer.signInAsAdmin(backend.adminKey);
  return {
    watchers,
    write: async (n) => {
      const from = n % THREADS;
      const stored = await writer.mutation("dev/inboxFlood:receive", { orgId, from, to: from + 1, mark: markOf(n) });
      if (!stored.ok) throw new Error(stored.message);
    },
    close: async () => {
      for (const { socket } of watchers) socket.terminate();
      writer.close();
    },
  };
}

/** Bare `ws` in a process of its own, which sends `page` each time. */
async function watchBroadcaster(page: string): Promise<Side> {
  const program = join(PROJECT_DIR, "scripts/bench/inbox/broadcaster.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program], {
    cwd: PROJECT_DIR,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const url = line.toString().trim();
  const writer = new WebSocket(url, { perMessageDeflate: false });
  await once(writer, "open");
  writer.send(page);
  const watchers = await openWatchers(url);
  return {
    watchers,
    write: async (n) => {
      writer.send(markOf(n));
      await once(writer, "message");
    },
    close: async () => {
      for (const { socket } of [...watchers, { socket: writer }]) socket.terminate();
      child.kill("SIGKILL");
    },
  };
}
