import { spawn, spawnSync } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ConvexHttpClient } from "convex/browser";
import { api } from "../../convex/_generated/api.js";
import { DIST_DIR } from "../lib/app-build.ts";
import { DeploymentClient } from "../lib/deployment.ts";
import { PROJECT_DIR } from "../lib/project.ts";

// How long a person waits: for the first start after installation, for the next one, and from a booking's webhook until
// its five messages are planned. The baseline of a start is an empty Node process on this machine now; that of the
// booking is the bare round trip to the same server.

const FIRST_START_MS = 20_000;
const SECOND_START_MS = 5_000;
const ENROLMENT_MS = 1_000;
const ROUNDS = 5;
const STEPS = 5;

interface Source {
  publicId: string;
  secret: string;
}

interface Started {
  ms: number;
  url: string;
  siteUrl: string;
  stop(): Promise<void>;
}

let isMissed = false;

function report(row: string, value: number, baseline: number, target: number): void {
  const ok = value <= target;
  isMissed ||= !ok;
  const line = { row, value: Math.round(value), unit: "ms", baseline: Math.round(baseline) };
  process.stdout.write(`${JSON.stringify({ ...line, ratio: Number((value / baseline).toFixed(1)), target, ok })}\n`);
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

function start(dataDir: string): Promise<Started> {
  const from = performance.now();
  const args = ["--import", "tsx", "scripts/start.ts", "--port", "0", "--site-port", "0", "--data", dataDir];
  const child = spawn(process.execPath, args, { cwd: PROJECT_DIR, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return new Promise((resolve, reject) => {
    let siteUrl = "";
    child.once("exit", (code) => reject(new Error(`npm start ended with code ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      siteUrl = /^HTTP actions .* at (\S+)$/.exec(line)?.[1] ?? siteUrl;
      const url = /^Switchboard is ready at (\S+)$/.exec(line)?.[1];
      if (url === undefined) return;
      const stop = () => {
        child.kill("SIGINT");
        return ended;
      };
      resolve({ ms: performance.now() - from, url, siteUrl, stop });
    });
  });
}

/** One signed booking, then looking until its messages are planned. */
async function enrol(siteUrl: string, source: Source, countWaiting: () => Promise<number>): Promise<void> {
  const wanted = (await countWaiting()) + STEPS;
  const startsAt = new Date(Date.now() + 20 * 86_400_000);
  const uid = randomUUID();
  const body = JSON.stringify({
    triggerEvent: "BOOKING_CREATED",
    createdAt: new Date().toISOString(),
    payload: {
      title: "Jollen-Grundkurs",
      startTime: startsAt.toISOString(),
      endTime: new Date(startsAt.getTime() + 3_600_000).toISOString(),
      uid,
      status: "ACCEPTED",
      attendees: [{ name: "Bench", email: `${uid}@example.org`, timeZone: "Europe/Berlin" }],
      location: "Hafen",
    },
  });
  const signature = createHmac("sha256", source.secret).update(body).digest("hex");
  const response = await fetch(`${siteUrl}/hooks/booking/${source.publicId}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Cal-Signature-256": signature },
    body,
  });
  if (response.status !== 202) throw new Error(`The webhook answered ${response.status}`);
  while ((await countWaiting()) < wanted);
}

/** How many messages wait in the demo workspace, asked as the demo user. */
async function openCount(url: string, signIn: { email: string; password: string }): Promise<() => Promise<number>> {
  const client = new ConvexHttpClient(url, { logger: false });
  const answer = await client.action(api.auth.signIn, { provider: "password", params: { ...signIn, flow: "signIn" } });
  client.setAuth(answer.tokens?.token ?? "");
  const me = await client.query(api.orgs.queries.me, {});
  const orgId = me?.memberships[0]?.orgId;
  if (orgId === undefined) throw new Error("The demo user has no workspace");
  return async () => (await client.query(api.delivery.queries.counts, { orgId })).waiting;
}

async function measureBooking(running: Started, dataDir: string): Promise<void> {
  const adminKey = readFileSync(join(dataDir, "admin-key"), "utf8").trim();
  const client = new DeploymentClient({ cloudUrl: running.url, adminKey });
  const source = (await client.run("dev/jobs:calcomSource")) as unknown as Source;
  const signIn = (await client.run("dev/seed:run")) as { email: string; password: string };
  const countWaiting = await openCount(running.url, signIn);
  const trips: number[] = [];
  const bookings: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    trips.push(await timed(async () => void (await fetch(`${running.url}/version`))));
    bookings.push(await timed(async () => await enrol(running.siteUrl, source, countWaiting)));
  }
  report("booking webhook to five planned messages", median(bookings), median(trips), ENROLMENT_MS);
}

const dataDir = mkdtempSync(join(tmpdir(), "switchboard-bench-"));
try {
  const empty = await timed(async () => void spawnSync(process.execPath, ["-e", "0"]));
  rmSync(DIST_DIR, { recursive: true, force: true });
  const first = await start(dataDir);
  await measureBooking(first, dataDir);
  await first.stop();
  report("first start after installation", first.ms, empty, FIRST_START_MS);
  const second = await start(dataDir);
  await second.stop();
  report("second start, nothing changed", second.ms, empty, SECOND_START_MS);
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
if (isMissed) process.exitCode = 1;
