import { startTestBackend, type TestBackend } from "../../../tests/support/backend.ts";
import { missingProductEnvironment } from "../../lib/product-environment.ts";
import { PROJECT_DIR } from "../../lib/project.ts";

/** The product on a backend of its own, with one workspace whose e-mail goes to `providerUrl`. */
export interface Workspace {
  backend: TestBackend;
  orgId: string;
  connectionId: string;
}

const PER_CALL = 100;
const QUEUE_CALLS_AT_ONCE = 4;
const POLL_MS = 100;

/** Starts it. Call `backend.stop` afterwards. */
export async function startWorkspace(providerUrl: string): Promise<Workspace> {
  const environment = await missingProductEnvironment({}, "http://127.0.0.1");
  const backend = await startTestBackend({ project: PROJECT_DIR, environment });
  const { orgId } = (await backend.client.run("dev/fixtures:createWorkspace", { key: "bench" })) as { orgId: string };
  const connectionId = (await backend.client.run("dev/mailFlood:connect", {
    orgId,
    provider: "postmark",
    settings: { baseUrl: providerUrl, fromAddress: "info@flood.example" },
    secrets: { serverToken: "bench" },
  })) as string;
  return { backend, orgId, connectionId };
}

/** Queues a mail each to the people number `from` up to `to` (exclusive), due at `dueAt`. */
export async function queueMails({ backend, orgId }: Workspace, from: number, to: number, dueAt: number): Promise<void> {
  const starts = Array.from({ length: Math.ceil((to - from) / PER_CALL) }, (_, i) => from + i * PER_CALL).values();
  const queue = async () => {
    for (const start of starts) {
      const args = { orgId, from: start, to: Math.min(to, start + PER_CALL), dueAt };
      await backend.client.run("dev/mailFlood:queueMails", args);
    }
  };
  await Promise.all(Array.from({ length: QUEUE_CALLS_AT_ONCE }, queue));
}

/** Waits until `count` messages are in one of `states`. Throws Error after `timeoutMs`. */
export async function untilCounted(
  { backend, orgId }: Workspace,
  states: readonly string[],
  count: number,
  timeoutMs: number,
): Promise<void> {
  const startedMs = performance.now();
  for (;;) {
    const tally = (await backend.client.run("dev/mailFlood:tally", { orgId })) as Record<string, number>;
    const counted = states.reduce((sum, state) => sum + (tally[state] ?? 0), 0);
    if (counted >= count) return;
    if (performance.now() - startedMs > timeoutMs) throw new Error(`After ${timeoutMs} ms: ${JSON.stringify(tally)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
