import { readFileSync } from "node:fs";
import { startTestBackend, type TestBackend } from "../../../tests/support/backend.ts";
import { KeepAliveConnection } from "../http-client.ts";
import { LOAD_PROJECT } from "../load-project.ts";
import { inTurns, judge, median, quantile, type Row } from "../report.ts";
import { fill, pageMs } from "./reads.ts";

const MANY = 1_000_000;
const FEW = 1000;
const DOCUMENT_BYTES = 500;
// What an id, a creation time, a group and a number take of it.
const BODY = "x".repeat(DOCUMENT_BYTES - 70);
const ROUNDS = 9;
const PAGES_PER_ROUND = 100;
const COLD_STARTS = 5;
const MIB = 1024 * 1024;

/** A million documents of 500 bytes: what a page, the memory and a start cost then. */
export async function largeRows(): Promise<Row[]> {
  const backend = await startTestBackend({ project: LOAD_PROJECT });
  try {
    await fill(backend, "few", FEW, BODY);
    await fill(backend, "many", MANY, BODY);
    const page = await pageRow(backend);
    const rss = residentBytes(backend.pid()) / MIB;
    const memory = judge(
      "memory with 1,000,000 documents of 500 bytes",
      { value: rss, unit: "MiB" },
      { of: "value", bound: "atMost", limit: 400 },
    );
    return [page, memory, await coldStartRow(backend)];
  } finally {
    await backend.stop();
  }
}

async function pageRow(backend: TestBackend): Promise<Row> {
  const connection = await KeepAliveConnection.open(backend.cloudUrl);
  let asked = 0;
  const pages = async (group: string, documents: number) => {
    const times: number[] = [];
    // Steps that lie far apart and never repeat, so that neither cache nor neighbourhood helps.
    for (let i = 0; i < PAGES_PER_ROUND; i++) {
      times.push(await pageMs(connection, group, ((asked++ * 7919) % (documents - 50)) + asked / 1e6));
    }
    return median(times);
  };
  await pages("many", MANY);
  await pages("few", FEW);
  const measured = await inTurns(
    ROUNDS,
    () => pages("many", MANY),
    () => pages("few", FEW),
  );
  connection.close();
  const target = { of: "ratio", bound: "atMost", limit: 1.5 } as const;
  return judge("50-row indexed page, 1,000,000 against 1,000 documents", { ...measured, unit: "ms" }, target);
}

async function coldStartRow(backend: TestBackend): Promise<Row> {
  const times: number[] = [];
  for (let i = 0; i < COLD_STARTS; i++) {
    await backend.kill();
    const startedMs = performance.now();
    await backend.restart();
    const connection = await KeepAliveConnection.open(backend.cloudUrl);
    await pageMs(connection, "many", MANY / 2 + i);
    times.push(performance.now() - startedMs);
    connection.close();
  }
  const measured = { value: median(times), unit: "ms", note: { worst: quantile(times, 1) } };
  const target = { of: "value", bound: "atMost", limit: 2000 } as const;
  return judge("cold start after a kill to the first query with that database", measured, target);
}

function residentBytes(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) * 1024;
}
