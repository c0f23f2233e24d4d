import { afterAll, beforeAll, expect, test } from "vitest";
import { LOAD_PROJECT } from "../../scripts/bench/load-project.ts";
import { startTestBackend, type TestBackend } from "../support/backend.ts";
import { SyncSocket } from "../support/sync-socket.ts";
import { until } from "../support/until.ts";

// A commit that hits many subscriptions reaches them one after the other (convex-facts g.3).

const SOCKETS = 500;
// As many are told at once; the others follow 5 ms apart.
const AT_ONCE = 200;
const LONGEST_WAIT_MS = 60_000;

let backend: TestBackend;
beforeAll(async () => {
  backend = await startTestBackend({ project: LOAD_PROJECT });
});
afterAll(() => backend.stop());

interface Watcher {
  socket: SyncSocket;
  /** What it was shown, and the timestamps. */
  seen: { value: number; ts: bigint; atMs: number }[];
}

/** A subscriber whose query is its own: it counts the rows from `-at` on. */
async function watcher(group: string, at: number): Promise<Watcher> {
  const socket = await SyncSocket.open(backend.cloudUrl);
  const seen: Watcher["seen"] = [];
  socket.onTransition = ({ ts, values, atMs }) => {
    const value = values.get(0);
    if (typeof value === "number") seen.push({ value, ts, atMs });
  };
  socket.subscribe([{ path: "bench:countBetween", args: { group, from: -at, to: 1000 } }]);
  return { socket, seen };
}

async function executions(): Promise<number> {
  const headers = { Authorization: `Convex ${backend.adminKey}` };
  const text = await (await fetch(`${backend.cloudUrl}/metrics`, { headers })).text();
  const counted = text.split("\n").filter((line) => /^switchboard_function_calls_total{type="Query",.*cached="false"}/.test(line)); // prettier-ignore
  return counted.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}

test("is spread over time, in order, and everyone ends at the last state; shared queries run once", async () => {
  const watchers: Watcher[] = [];
  for (let at = 0; at < SOCKETS; at++) watchers.push(await watcher("spread", at));
  // Two more with the query of the last one: what is shared runs once, however late.
  const sharing = [await watcher("spread", SOCKETS - 1), await watcher("spread", SOCKETS - 1)];
  const all = [...watchers, ...sharing];
  await until("the first results", () => all.every(({ seen }) => seen.length === 1), LONGEST_WAIT_MS);
  const before = await executions();

  const writer = await SyncSocket.open(backend.cloudUrl);
  const startedMs = performance.now();
  await writer.mutation("bench:insertAt", { group: "spread", n: 1 });
  const first = await until("the first to hear", () => all.find(({ seen }) => seen.length > 1), LONGEST_WAIT_MS);
  await until("everyone", () => all.every(({ seen }) => seen.at(-1)?.value === 1), LONGEST_WAIT_MS);
  expect((await executions()) - before).toBe(SOCKETS);

  const heardMs = watchers.map(({ seen }) => (seen[1]?.atMs ?? 0) - startedMs).sort((a, b) => a - b);
  const last = heardMs.at(-1) ?? 0;
  // Never earlier than planned, by which the backend stays free for others.
  expect(last).toBeGreaterThanOrEqual((SOCKETS - AT_ONCE) * 5);
  expect(heardMs[AT_ONCE - 1] ?? 0).toBeLessThan(last);
  expect(first.seen.length).toBeGreaterThan(1);

  // Writes that come while others still wait are shown together, and nobody sees an older state after a newer one.
  const commits = [];
  for (let n = 2; n <= 6; n++) commits.push(await writer.mutation("bench:insertAt", { group: "spread", n }));
  await until("everyone at the end", () => all.every(({ seen }) => seen.at(-1)?.value === 6), LONGEST_WAIT_MS);
  for (const { seen } of all) {
    expect(seen.every(({ value }, at) => value >= (seen[at - 1]?.value ?? 0))).toBe(true);
    expect(seen.every(({ ts }, at) => at === 0 || ts > (seen[at - 1]?.ts ?? 0n))).toBe(true);
  }
  expect(commits.every(({ ok }) => ok)).toBe(true);
  for (const { socket } of [...all, { socket: writer }]) socket.close();
});
