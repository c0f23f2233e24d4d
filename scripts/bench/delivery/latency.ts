import { judge, quantile, type Row } from "../report.ts";
import { startProvider } from "./provider.ts";
import { connectTo, queueMails, untilCounted, type Workspace } from "./workspace.ts";

const MESSAGES = 200;
const APART_MS = 100;
/** Long enough to queue them all before the first is due. */
const AHEAD_MS = 15_000;

/** One message after the other falls due on an idle system: how late is the provider called? */
export async function latencyRow(workspace: Workspace): Promise<Row> {
  const provider = await startProvider();
  try {
    await connectTo(workspace, provider.url);
    const sentBefore = workspace.queued;
    const firstDueAt = Date.now() + AHEAD_MS;
    for (let i = 0; i < MESSAGES; i++) await queueMails(workspace, 1, firstDueAt + i * APART_MS);
    if (Date.now() > firstDueAt) throw new Error("The first message was due before all were queued");
    const takesMs = AHEAD_MS + MESSAGES * APART_MS;
    await untilCounted(workspace, "sent", sentBefore + MESSAGES, 4 * takesMs);
    const arrivals = await provider.takeArrivals();
    const late = Array.from({ length: MESSAGES }, (_, i) => {
      const [at, ...more] = arrivals.get(`person${sentBefore + i}@flood.example`) ?? [];
      if (at === undefined || more.length > 0) throw new Error(`Message ${i} came ${more.length + (at ? 1 : 0)} times`);
      return at - (firstDueAt + i * APART_MS);
    });
    return judge(
      "due instant to provider call, idle system, p99",
      { value: quantile(late, 0.99), unit: "ms", note: { p50: Math.round(quantile(late, 0.5)) } },
      { of: "value", bound: "atMost", limit: 1_000 },
    );
  } finally {
    provider.stop();
  }
}
