import { judge, median, type Row } from "../report.ts";
import { bareClient, fetchClient, Floor, nodeClient } from "./floor.ts";
import { lostAndDoubled, startProvider, type Provider } from "./provider.ts";
import { connectTo, queueMails, untilCounted, usedCpuMs, type Workspace } from "./workspace.ts";

const MESSAGES = 10_000;
/** Lets both programs be compiled before they are measured. */
const WARM_UP = 1_000;
const CONNECTIONS = 50;
const SLOW_MS = 20;
const BODY = "Guten Tag, Person 12345.";
const TIMEOUT_MS = 5 * 60_000;

/** 10,000 messages due at one instant, to a provider that answers at once, against the bare program before and after. */
export async function drainRow(workspace: Workspace): Promise<Row> {
  const provider = await startProvider();
  const floor = new Floor();
  try {
    await connectTo(workspace, provider.url);
    const msPerQueued = await warmUp(workspace, provider);
    await floorRate(floor, provider, WARM_UP, nodeClient);
    const before = await floorRate(floor, provider, MESSAGES, nodeClient);
    const drained = await drain(workspace, provider, msPerQueued);
    const baseline = median([before, await floorRate(floor, provider, MESSAGES, nodeClient)]);
    const floorOnSockets = Math.round(await floorRate(floor, provider, MESSAGES, bareClient));
    const floorWithFetch = Math.round(await floorRate(floor, provider, MESSAGES, fetchClient));
    const { perSecond, ...note } = drained;
    const row = judge(
      "drain of 10,000 due messages, stub answers at once",
      { value: perSecond, unit: "messages/s", baseline, note: { ...note, floorOnSockets, floorWithFetch } },
      { of: "ratio", bound: "atLeast", limit: 0.15 },
    );
    return { ...row, ok: row.ok && note.lost === 0 && note.doubled === 0 };
  } finally {
    floor.close();
    provider.stop();
  }
}

/** The same with a provider that takes its time, against what a bare client gets out of it. */
export async function slowDrainRow(workspace: Workspace): Promise<Row> {
  const provider = await startProvider(SLOW_MS, CONNECTIONS);
  try {
    await connectTo(workspace, provider.url);
    const msPerQueued = await warmUp(workspace, provider);
    const baseline = await stubLimit(provider);
    const { perSecond, ...note } = await drain(workspace, provider, msPerQueued);
    const row = judge(
      "the same, stub takes 20 ms, concurrency 50",
      { value: perSecond, unit: "messages/s", baseline, note },
      { of: "ratio", bound: "atLeast", limit: 0.6 },
    );
    return { ...row, ok: row.ok && note.lost === 0 && note.doubled === 0 };
  } finally {
    provider.stop();
  }
}

async function floorRate(
  floor: Floor,
  provider: Provider,
  count: number,
  makeClient: typeof bareClient,
): Promise<number> {
  floor.fill(
    Array.from({ length: count }, (_, i) => `person${i}@floor.example`),
    BODY,
  );
  const perSecond = await floor.drain(CONNECTIONS, () => makeClient(provider.url));
  await provider.takeArrivals();
  return perSecond;
}

// No database: only what the stub lets through.
async function stubLimit(provider: Provider): Promise<number> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => bareClient(provider.url)));
  const numbers = Array.from({ length: MESSAGES }, (_, i) => i).values();
  const startedMs = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (const i of numbers) await client.post({ To: `person${i}@limit.example`, TextBody: BODY });
    }),
  );
  const perSecond = MESSAGES / ((performance.now() - startedMs) / 1000);
  for (const client of clients) client.close();
  await provider.takeArrivals();
  return perSecond;
}

/** All must wait when the first is due: this many times what the warm-up took for each, which a busy moment may exceed. */
const QUEUEING_MARGIN = 4;

/** Queues and sends some, due at once. Resolves to milliseconds for each that was queued. */
async function warmUp(workspace: Workspace, provider: Provider): Promise<number> {
  const sentBefore = workspace.queued;
  const startedMs = performance.now();
  await queueMails(workspace, WARM_UP, Date.now());
  const msPerMessage = (performance.now() - startedMs) / WARM_UP;
  await untilCounted(workspace, "sent", sentBefore + WARM_UP, TIMEOUT_MS);
  await provider.takeArrivals();
  return msPerMessage;
}

/** From the instant they are due until the last answer is recorded. */
async function drain(workspace: Workspace, provider: Provider, msPerQueued: number) {
  const sentBefore = workspace.queued;
  const dueAt = Date.now() + QUEUEING_MARGIN * MESSAGES * msPerQueued;
  await queueMails(workspace, MESSAGES, dueAt);
  if (Date.now() > dueAt) throw new Error("The messages were due before all were queued: the machine is too busy");
  await new Promise((resolve) => setTimeout(resolve, dueAt - Date.now()));
  const cpuBeforeMs = await usedCpuMs(workspace);
  await untilCounted(workspace, "sent", sentBefore + MESSAGES, TIMEOUT_MS);
  const perSecond = MESSAGES / ((Date.now() - dueAt) / 1000);
  const cpuMsPerMessage = Number((((await usedCpuMs(workspace)) - cpuBeforeMs) / MESSAGES).toFixed(2));
  return { perSecond, cpuMsPerMessage, ...lostAndDoubled(await provider.takeArrivals(), MESSAGES) };
}
