import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { startTestBackend } from "../../../tests/support/backend.ts";
import { KeepAliveConnection } from "../http-client.ts";
import { LOAD_PROJECT } from "../load-project.ts";
import { judge, quantile, type Row } from "../report.ts";
import { fill, pageMs } from "./reads.ts";

const COMPUTE_MS = 5000;
const ROWS = 5000;

/** What queries notice of an action that computes for five seconds. */
export async function heavyRows(): Promise<Row[]> {
  const backend = await startTestBackend({ project: LOAD_PROJECT });
  try {
    await fill(backend, "heavy", ROWS);
    const connection = await KeepAliveConnection.open(backend.cloudUrl);
    const idle = await latencies(connection, new Promise((resolve) => setTimeout(resolve, COMPUTE_MS)));
    const compute = makeFunctionReference<"action", { ms: number }, number>("bench:compute");
    const action = new ConvexHttpClient(backend.cloudUrl).action(compute, { ms: COMPUTE_MS });
    const busy = await latencies(connection, action);
    connection.close();
    const note = { p99WithoutAction: quantile(idle, 0.99), p50: quantile(busy, 0.5), queries: busy.length };
    const measured = { value: quantile(busy, 0.99), unit: "ms", note };
    const target = { of: "value", bound: "atMost", limit: 50 } as const;
    return [judge("query p99 while an action computes for 5 s", measured, target)];
  } finally {
    await backend.stop();
  }
}

/** Milliseconds of each query, one after the other until `ended` settles. */
async function latencies(connection: KeepAliveConnection, ended: Promise<unknown>): Promise<number[]> {
  let isOver = false;
  const over = ended.then(() => void (isOver = true));
  const times: number[] = [];
  // A fraction makes each question a new one, which no cache answers.
  while (!isOver) times.push(await pageMs(connection, "heavy", ((times.length * 31) % ROWS) + Math.random()));
  await over;
  return times;
}
