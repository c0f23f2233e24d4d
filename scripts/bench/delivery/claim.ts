import { judge, median, type Row } from "../report.ts";
import { connectTo, queueMails, type Workspace } from "./workspace.ts";

const FEW = 500;
const MANY = 50_000;
const BATCH = 50;
const SHARDS = 4;
/** Batches of each shard at a time: 500 rows are some 125 a shard, by chance. */
const ROUNDS = 1;
/** How often that is measured with the queue filled up again: single claims of a shared machine differ by a factor of five. */
const TIMES = 8;
const WARM_UP_ROUNDS = 5;
/** What queueing leaves to do in the background is not measured. */
const SETTLE_MS = 2_000;
/** Claimed messages are not sent. */
const NOBODY = "http://127.0.0.1:9";
const DAY_MS = 24 * 60 * 60 * 1000;

/** The same claim with 500 and with 50,000 rows waiting. They are due tomorrow and claimed as if it were then. */
export async function claimRow(workspace: Workspace): Promise<Row> {
  await connectTo(workspace, NOBODY);
  const dueAt = Date.now() + DAY_MS;
  let waiting = 0;
  const fill = async (rows: number) => {
    await queueMails(workspace, rows - waiting, dueAt);
    waiting = rows;
  };
  const took: number[] = [];
  const claim = async (rounds: number): Promise<void> => {
    for (let i = 0; i < rounds * SHARDS; i++) {
      const args = { lane: "critical", shard: i % SHARDS, now: dueAt + 1, room: BATCH };
      const startedMs = performance.now();
      const claimed = await workspace.backend.client.run("dev/mailFlood:claim", args);
      took.push(performance.now() - startedMs);
      if (claimed !== BATCH) throw new Error(`Claimed ${JSON.stringify(claimed)} messages instead of ${BATCH}`);
      waiting -= BATCH;
    }
  };
  const measure = async (rows: number): Promise<number> => {
    took.length = 0;
    for (let time = 0; time < TIMES; time++) {
      await fill(rows);
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      await claim(ROUNDS);
    }
    return median(took);
  };
  await fill(FEW + WARM_UP_ROUNDS * SHARDS * BATCH);
  await claim(WARM_UP_ROUNDS);
  const baseline = await measure(FEW);
  const value = await measure(MANY);
  return judge(
    "50,000 waiting rows against 500: claiming a batch of 50",
    { value, unit: "ms", baseline },
    { of: "ratio", bound: "atMost", limit: 1.5 },
  );
}
