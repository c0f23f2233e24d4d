import { judge, median, type Row } from "../report.ts";
import { connectTo, queueMails, type Workspace } from "./workspace.ts";

const FEW = 500;
const MANY = 50_000;
const BATCH = 50;
const SHARDS = 4;
/** Batches of each shard that are measured: of 500 rows no more can be claimed. */
const ROUNDS = 2;
const WARM_UP_ROUNDS = 5;
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
  const claim = async (rounds: number): Promise<number> => {
    const took: number[] = [];
    for (let i = 0; i < rounds * SHARDS; i++) {
      const args = { lane: "critical", shard: i % SHARDS, now: dueAt + 1, room: BATCH };
      const startedMs = performance.now();
      const claimed = await workspace.backend.client.run("dev/mailFlood:claim", args);
      took.push(performance.now() - startedMs);
      if (claimed !== BATCH) throw new Error(`Claimed ${JSON.stringify(claimed)} messages instead of ${BATCH}`);
      waiting -= BATCH;
    }
    return median(took);
  };
  await fill(FEW + WARM_UP_ROUNDS * SHARDS * BATCH);
  await claim(WARM_UP_ROUNDS);
  await fill(FEW);
  const baseline = await claim(ROUNDS);
  await fill(MANY);
  const value = await claim(ROUNDS);
  return judge(
    "50,000 waiting rows against 500: claiming a batch of 50",
    { value, unit: "ms", baseline },
    { of: "ratio", bound: "atMost", limit: 1.5 },
  );
}
