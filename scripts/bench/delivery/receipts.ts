import { KeepAliveConnection } from "../http-client.ts";
import { judge, type Row } from "../report.ts";
import { startProvider, startScript } from "./provider.ts";
import {
  connectTo,
  countIn,
  queueMails,
  untilCounted,
  usedCpuMs,
  WEBHOOK_PASSWORD,
  type Workspace,
} from "./workspace.ts";

const WEBHOOKS = 10_000;
const CALLERS = 50;
/** They are sent before the measurement: the reports are about them. */
const TIMEOUT_MS = 10 * 60_000;

/** 10,000 delivery reports of a provider until the last one is applied, against a bare server that does the same. */
export async function receiptsRow(workspace: Workspace): Promise<Row> {
  const floor = await startScript("floor-hooks.ts", [String(WEBHOOKS), WEBHOOK_PASSWORD]);
  const provider = await startProvider();
  try {
    const first = workspace.queued;
    const connectionId = await connectTo(workspace, provider.url);
    await queueMails(workspace, WEBHOOKS, Date.now());
    await untilCounted(workspace, "sent", first + WEBHOOKS, TIMEOUT_MS);
    const { orgId, backend } = workspace;
    const args = { orgId, connectionId };
    const address = new URL((await backend.client.run("dev/mailFlood:webhookAddress", args)) as string);
    const baseline = await callAll(floor.url, "/", 0);
    const cpuBeforeMs = await usedCpuMs(workspace);
    const startedMs = performance.now();
    const answered = await callAll(backend.siteUrl, address.pathname, first);
    await untilCounted(workspace, "delivered", WEBHOOKS, TIMEOUT_MS);
    const value = WEBHOOKS / ((performance.now() - startedMs) / 1000);
    const cpuMsPerWebhook = Number((((await usedCpuMs(workspace)) - cpuBeforeMs) / WEBHOOKS).toFixed(2));
    const note = {
      lost: WEBHOOKS - (await countIn(workspace, "delivered")),
      answeredPerSecond: Math.round(answered),
      cpuMsPerWebhook,
    };
    return judge(
      "receipts: 10,000 webhooks, 50 callers, until applied",
      { value, unit: "webhooks/s", baseline, note },
      { of: "ratio", bound: "atLeast", limit: 0.2 },
    );
  } finally {
    floor.stop();
    provider.stop();
  }
}

/** Every caller posts its next report when the last one is answered. Resolves to answers per second; all were 200. */
async function callAll(url: string, path: string, first: number): Promise<number> {
  const callers = await Promise.all(Array.from({ length: CALLERS }, () => KeepAliveConnection.open(url)));
  const numbers = Array.from({ length: WEBHOOKS }, (_, i) => first + i).values();
  const startedMs = performance.now();
  await Promise.all(
    callers.map(async (caller) => {
      for (const i of numbers) await caller.request(report(path, `person${i}@flood.example`));
    }),
  );
  const perSecond = WEBHOOKS / ((performance.now() - startedMs) / 1000);
  for (const caller of callers) caller.close();
  return perSecond;
}

function report(path: string, recipient: string): string {
  const DeliveredAt = new Date().toISOString();
  const body = JSON.stringify({
    RecordType: "Delivery",
    MessageID: `stub-${recipient}`,
    Recipient: recipient,
    DeliveredAt,
  });
  const password = Buffer.from(`postmark:${WEBHOOK_PASSWORD}`).toString("base64");
  return [
    `POST ${path} HTTP/1.1`,
    "Host: localhost",
    "Content-Type: application/json",
    `Authorization: Basic ${password}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "",
    body,
  ].join("\r\n");
}
