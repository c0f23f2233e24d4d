import { startTestBackend, type TestBackend } from "../../../tests/support/backend.ts";
import { missingProductEnvironment } from "../../lib/product-environment.ts";
import { PROJECT_DIR } from "../../lib/project.ts";

/** The product on a backend of its own, with one workspace. */
export interface Workspace {
  backend: TestBackend;
  orgId: string;
  /** How many mails were queued so far: each is to a person of its own, numbered from 0. */
  queued: number;
}

/** What an account of the stub answers to webhooks with; without it requests are counted as a stranger's would be. */
export const WEBHOOK_PASSWORD = "bench";

/** Each costs dozens of reads: on a busy machine more would take a function longer than it may. */
const PER_CALL = 25;
const QUEUE_CALLS_AT_ONCE = 4;
const POLL_MS = 50;

/** Starts it. Call `backend.stop` afterwards. */
export async function startWorkspace(): Promise<Workspace> {
  const environment = await missingProductEnvironment({}, "http://127.0.0.1");
  const backend = await startTestBackend({
    project: PROJECT_DIR,
    // The stub is on this machine.
    environment: { ...environment, WEBHOOKS_ALLOW_LOOPBACK: "true" },
  });
  const { orgId } = (await backend.client.run("dev/fixtures:createWorkspace", { key: "bench" })) as { orgId: string };
  return { backend, orgId, queued: 0 };
}

/** Sends all further mail through the provider stub at `url`. Gives the connection's id. */
export async function connectTo({ backend, orgId }: Workspace, url: string): Promise<string> {
  return (await backend.client.run("dev/mailFlood:connect", {
    orgId,
    provider: "postmark",
    settings: { baseUrl: url, fromAddress: "info@flood.example" },
    secrets: { serverToken: "bench", webhookPassword: WEBHOOK_PASSWORD },
  })) as string;
}

/** Queues `count` mails, due at `dueAt` (UTC ms). */
export async function queueMails(workspace: Workspace, count: number, dueAt: number): Promise<void> {
  const { backend, orgId, queued: from } = workspace;
  workspace.queued += count;
  const calls = Math.ceil(count / PER_CALL);
  const starts = Array.from({ length: calls }, (_, i) => from + i * PER_CALL).values();
  const queue = async () => {
    for (const start of starts) {
      const args = { orgId, from: start, to: Math.min(from + count, start + PER_CALL), dueAt };
      await backend.client.run("dev/mailFlood:queueMails", args);
    }
  };
  await Promise.all(Array.from({ length: QUEUE_CALLS_AT_ONCE }, queue));
}

/** How many messages are in `state`. */
export async function countIn({ backend, orgId }: Workspace, state: string): Promise<number> {
  return ((await backend.client.run("dev/mailFlood:tally", { orgId })) as Record<string, number>)[state] ?? 0;
}

/** Waits until `count` messages are in `state`. Throws Error when that takes longer than `timeoutMs`. */
export async function untilCounted(
  { backend, orgId }: Workspace,
  state: string,
  count: number,
  timeoutMs: number,
): Promise<void> {
  const startedMs = performance.now();
  for (;;) {
    const tally = (await backend.client.run("dev/mailFlood:tally", { orgId })) as Record<string, number>;
    if ((tally[state] ?? 0) >= count) return;
    if (performance.now() - startedMs > timeoutMs) throw new Error(`After ${timeoutMs} ms: ${JSON.stringify(tally)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Processor time the backend has used so far, all its threads, in milliseconds: says the same on a busy machine. */
export async function usedCpuMs({ backend }: Workspace): Promise<number> {
  const headers = { Authorization: `Convex ${backend.adminKey}` };
  const metrics = await (await fetch(`${backend.cloudUrl}/metrics`, { headers })).text();
  const seconds = /^\S*process_cpu_seconds\S* (\S+)$/m.exec(metrics)?.[1];
  if (seconds === undefined) throw new Error("The backend does not say what processor time it used");
  return Number(seconds) * 1000;
}
