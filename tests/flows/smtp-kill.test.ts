import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MessageState } from "../../convex/delivery/schema";
import { missingProductEnvironment } from "../../scripts/lib/product-environment.ts";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { startTestBackend, type TestBackend } from "../support/backend.ts";
import { startSmtpServer } from "../support/smtp.ts";
import { until } from "../support/until.ts";
import { SHARD_COUNT } from "../../convex/delivery/hash";
import { MAX_IN_FLIGHT } from "../../convex/delivery/model/claim";

const MAILS = 500;
/** Each costs dozens of reads: on a busy machine more would take a function longer than it may. */
const PER_CALL = 25;
/** Late enough that many were settled, early enough that many were not. */
const KILL_AFTER = 150;
/** Longer than a lease, so that the sweeper's next run finds what the kill left behind. */
const PAST_LEASE_MS = 61_000;
/** What may be on its way in one lane, all shards together. */
const MAX_CLAIMED = MAX_IN_FLIGHT * SHARD_COUNT;

type Mail = {
  address: string | null;
  state: MessageState["kind"];
  mayBeDuplicate: boolean;
  isResentInHistory: boolean;
};

let backend: TestBackend;
let smtp: Awaited<ReturnType<typeof startSmtpServer>>;
let orgId: string;

beforeAll(async () => {
  smtp = await startSmtpServer();
  const environment = await missingProductEnvironment({}, "http://127.0.0.1");
  backend = await startTestBackend({
    project: PROJECT_DIR,
    environment: { ...environment, SMTP_ALLOW_PRIVATE: "true" },
    testClock: { startMs: Date.UTC(2026, 4, 12, 10) },
  });
  const workspace = (await backend.client.run("dev/fixtures:createWorkspace", { key: "flood" })) as { orgId: string };
  orgId = workspace.orgId;
  const settings = { host: "127.0.0.1", port: smtp.port, ignoreTls: true, fromAddress: "info@flood.example" };
  await backend.client.run("dev/mailFlood:connect", { orgId, provider: "smtp", settings });
});
afterAll(async () => {
  await backend.stop();
  await smtp.stop();
});

async function report(): Promise<Mail[]> {
  const mails: Mail[] = [];
  for (let from = 0; from < MAILS; from += PER_CALL) {
    const part = await backend.client.run("dev/mailFlood:reportMails", { orgId, from, to: from + PER_CALL });
    mails.push(...(part as Mail[]));
  }
  return mails;
}

const arrivals = () => {
  const perAddress = new Map<string, number>();
  for (const { envelopeTo } of smtp.received) {
    const address = envelopeTo[0] ?? "";
    perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
  }
  return perAddress;
};

describe("kill -9 while 500 mails are being sent", () => {
  it("loses none, doubles at most what was in flight, and says so in the history of each", async () => {
    for (let from = 0; from < MAILS; from += PER_CALL) {
      await backend.client.run("dev/mailFlood:queueMails", { orgId, from, to: from + PER_CALL });
    }
    await until("some mails have gone", () => smtp.received.length >= KILL_AFTER);
    await backend.killAndRestart();
    const afterKill = await report();
    const inFlight = afterKill.filter(({ state }) => state === "sending").length;
    expect(inFlight).toBeGreaterThan(0);
    expect(inFlight).toBeLessThanOrEqual(MAX_CLAIMED);

    await backend.advanceBy(PAST_LEASE_MS);
    const settled = await until("everything is sent", async () => {
      const mails = await report();
      return mails.every(({ state }) => state === "sent") ? mails : null;
    });

    const counts = arrivals();
    expect(counts.size).toBe(MAILS);
    const doubled = [...counts].filter(([, count]) => count > 1).map(([address]) => address);
    expect(doubled.length).toBeLessThanOrEqual(inFlight);
    const marked = new Set(settled.filter(({ mayBeDuplicate }) => mayBeDuplicate).map(({ address }) => address));
    for (const address of doubled) expect(marked).toContain(address);
    for (const mail of settled) expect(mail.isResentInHistory).toBe(mail.mayBeDuplicate);
    // A second try carries the first one's Message-ID: a mailbox can tell that it is the same mail.
    expect(new Set(smtp.received.map(({ mail }) => mail.messageId)).size).toBe(MAILS);
  });
});
