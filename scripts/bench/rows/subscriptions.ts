import { startTestBackend, type TestBackend } from "../../../tests/support/backend.ts";
import { SyncSocket } from "../../../tests/support/sync-socket.ts";
import { until } from "../../../tests/support/until.ts";
import { LOAD_PROJECT } from "../load-project.ts";
import { pacedWrites } from "../paced.ts";
import { inTurns, judge, median, quantile, type Row } from "../report.ts";

const ROUNDS = 9;
const COMMITS_PER_ROUND = 100;
const FEW_RANGES = 10;
const MANY_RANGES = 10_000;
// Convex allows a client 1,000 queries or so; ten clients share the ranges.
const RANGES_PER_SOCKET = 1000;
const FAN_OUT_SOCKETS = 1000;
const OPENED_AT_ONCE = 50;
const WRITES_PER_SECOND = 20;
const FAN_OUT_WRITES = 200;
const LONG_WAIT_MS = 120_000;

/** What subscriptions cost a commit, and how quickly a thousand sockets hear of one. */
export async function subscriptionRows(): Promise<Row[]> {
  return [await commitRow(), await fanOutRow()];
}

async function commitRow(): Promise<Row> {
  const [few, many] = await Promise.all(
    [FEW_RANGES, MANY_RANGES].map(async (ranges) => {
      const backend = await startTestBackend({ project: LOAD_PROJECT });
      return { backend, sockets: await watchRanges(backend, ranges), writer: await SyncSocket.open(backend.cloudUrl) };
    }),
  );
  if (few === undefined || many === undefined) throw new Error("Two backends were started");
  let n = 0;
  const commitMs = async (writer: SyncSocket) => {
    const times: number[] = [];
    for (let i = 0; i < COMMITS_PER_ROUND; i++) {
      const startedMs = performance.now();
      const answer = await writer.mutation("bench:insertAt", { group: "ranges", n: n++ % FEW_RANGES });
      times.push(performance.now() - startedMs);
      if (!answer.ok) throw new Error(answer.message);
    }
    return median(times);
  };
  try {
    await commitMs(few.writer);
    await commitMs(many.writer);
    const measured = await inTurns(
      ROUNDS,
      () => commitMs(many.writer),
      () => commitMs(few.writer),
    );
    const target = { of: "ratio", bound: "atMost", limit: 2 } as const;
    return judge("one commit with 10,000 disjoint range subscriptions against 10", { ...measured, unit: "ms" }, target);
  } finally {
    for (const { sockets, writer, backend } of [few, many]) {
      for (const socket of [...sockets, writer]) socket.close();
      await backend.stop();
    }
  }
}

/** Range `i` holds the rows numbered from `i` to below `i + 1`. */
async function watchRanges(backend: TestBackend, ranges: number): Promise<SyncSocket[]> {
  const sockets: SyncSocket[] = [];
  for (let first = 0; first < ranges; first += RANGES_PER_SOCKET) {
    const socket = await SyncSocket.open(backend.cloudUrl);
    sockets.push(socket);
    const count = Math.min(RANGES_PER_SOCKET, ranges - first);
    const known = new Set<number>();
    socket.onTransition = ({ values }) => {
      for (const queryId of values.keys()) known.add(queryId);
    };
    socket.subscribe(
      Array.from({ length: count }, (_, i) => {
        return { path: "bench:countBetween", args: { group: "ranges", from: first + i, to: first + i + 1 } };
      }),
    );
    await until("the ranges' first results", () => known.size === count, LONG_WAIT_MS);
  }
  return sockets;
}

async function fanOutRow(): Promise<Row> {
  const backend = await startTestBackend({ project: LOAD_PROJECT });
  const sockets: SyncSocket[] = [];
  const writer = await SyncSocket.open(backend.cloudUrl);
  try {
    const heardMs: { n: number; atMs: number }[] = [];
    let first = 0;
    for (let i = 0; i < FAN_OUT_SOCKETS; i += OPENED_AT_ONCE) {
      const opened = await Promise.all(Array.from({ length: OPENED_AT_ONCE }, () => SyncSocket.open(backend.cloudUrl)));
      for (const socket of opened) {
        let known = -1;
        socket.onTransition = ({ values, atMs }) => {
          const value = values.get(0);
          if (value === null) first++;
          if (typeof value !== "number") return;
          // A socket may be told of two commits at once.
          while (known < value) heardMs.push({ n: ++known, atMs });
        };
        socket.subscribe([{ path: "bench:newest", args: { group: "fan" } }]);
      }
      sockets.push(...opened);
    }
    await until("every socket's first result", () => first === FAN_OUT_SOCKETS, LONG_WAIT_MS);
    const before = await executions(backend);
    const acknowledgedMs = await pacedWrites(0, FAN_OUT_WRITES, WRITES_PER_SECOND, (n) =>
      writer.mutation("bench:insertAt", { group: "fan", n }),
    );
    await until("the sockets", () => heardMs.length === FAN_OUT_WRITES * FAN_OUT_SOCKETS, LONG_WAIT_MS);
    const runs = ((await executions(backend)) - before) / FAN_OUT_WRITES;
    const delays = heardMs.map(({ n, atMs }) => Math.max(0, atMs - (acknowledgedMs[n] ?? atMs)));
    const note = { executionsPerCommit: runs, p50: quantile(delays, 0.5) };
    const measured = { value: quantile(delays, 0.99), unit: "ms", note };
    const target = { of: "value", bound: "atMost", limit: 100 } as const;
    const row = judge("1,000 sockets on one query, 20 writes/s: p99 from acknowledgement to each", measured, target);
    return { ...row, ok: row.ok && runs <= 1 };
  } finally {
    for (const socket of [...sockets, writer]) socket.close();
    await backend.stop();
  }
}

/** How many queries were really run, not answered from the cache. */
async function executions({ cloudUrl, adminKey }: TestBackend): Promise<number> {
  const response = await fetch(`${cloudUrl}/metrics`, { headers: { Authorization: `Convex ${adminKey}` } });
  const lines = (await response.text()).split("\n");
  const counted = lines.filter((line) => /^switchboard_function_calls_total{type="Query",.*cached="false"}/.test(line));
  return counted.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
