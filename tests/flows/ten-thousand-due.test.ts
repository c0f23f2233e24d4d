import { afterAll, beforeAll, expect, it } from "vitest";
import { missingProductEnvironment } from "../../scripts/lib/product-environment.ts";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { startStub, type RecordedRequest } from "../adapters/stub-server.ts";
import { startTestBackend, type TestBackend } from "../support/backend.ts";
import { until } from "../support/until.ts";

const MAILS = 10_000;
const PER_CALL = 25;
/** Calls that queue mails at a time: they go to different shards. */
const AT_ONCE = 4;
const START_MS = Date.UTC(2026, 4, 12, 10);
/** Later than queueing takes by the test's clock, which stands still. */
const DUE_MS = START_MS + 60_000;
/** Some fifteen seconds on an idle machine. */
const LONGEST_DRAIN_MS = 300_000;

let backend: TestBackend;
let stub: Awaited<ReturnType<typeof startStub>>;
let orgId: string;

const accepted = (_: RecordedRequest, count: number) => ({ body: { id: `re-${count}` } });

beforeAll(async () => {
  stub = await startStub();
  stub.answer(accepted);
  const environment = await missingProductEnvironment({}, "http://127.0.0.1");
  backend = await startTestBackend({
    project: PROJECT_DIR,
    environment: { ...environment, WEBHOOKS_ALLOW_LOOPBACK: "true" },
    testClock: { startMs: START_MS },
  });
  const workspace = (await backend.client.run("dev/fixtures:createWorkspace", { key: "rush" })) as { orgId: string };
  orgId = workspace.orgId;
  const settings = { baseUrl: stub.url, fromAddress: "info@flood.example" };
  const account = { provider: "resend", settings, secrets: { apiKey: "re_test" } };
  await backend.client.run("dev/mailFlood:connect", { orgId, ...account });
});
afterAll(async () => {
  await backend.stop();
  await stub.stop();
});

it("10,000 messages due in the same second all leave, each once", { timeout: 2 * LONGEST_DRAIN_MS }, async () => {
  for (let from = 0; from < MAILS; from += AT_ONCE * PER_CALL) {
    const parts = Array.from({ length: AT_ONCE }, (_, part) => from + part * PER_CALL);
    await Promise.all(
      parts.map((first) =>
        backend.client.run("dev/mailFlood:queueMails", { orgId, from: first, to: first + PER_CALL, dueAt: DUE_MS }),
      ),
    );
  }
  expect(stub.requests).toHaveLength(0);
  await backend.advanceTo(DUE_MS);
  const states = await until(
    "everything is sent",
    async () => {
      const tally = (await backend.client.run("dev/mailFlood:tally", { orgId })) as Record<string, number>;
      return tally.pending === 0 && tally.sending === 0 ? tally : null;
    },
    LONGEST_DRAIN_MS,
  );
  expect(states.sent).toBe(MAILS);
  const keys = stub.requests.map(({ headers }) => headers["idempotency-key"]);
  expect(keys).toHaveLength(MAILS);
  expect(new Set(keys).size).toBe(MAILS);
});
