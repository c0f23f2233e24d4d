import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { convexTest } from "convex-test";
import { makeFunctionReference } from "convex/server";
import type { Value } from "convex/values";
import { startTestBackend, type TestBackend } from "../../../tests/support/backend.ts";
import schema from "../../../tests/fixtures/load/convex/schema.ts";
import * as functions from "../../../tests/fixtures/load/convex/bench.ts";
import { PROJECT_DIR } from "../../lib/project.ts";
import { jsonPost, KeepAliveConnection, requestsPerSecond } from "../http-client.ts";
import { LOAD_PROJECT } from "../load-project.ts";
import { inTurns, judge, median, type Row } from "../report.ts";

const CONNECTIONS = 16;
const ROUNDS = 7;
const ROUND_MS = 1500;
const POINT_DOCUMENTS = 20_000;
const FILL_BATCH = 2000;
const PAGE_DOCUMENTS = 10_000;
const PAGE_ROWS = 50;
// Every question is another one, so that no answer is known already, but always for a page at the beginning: what both have
// to choose from are the 10,000 documents.
const PAGE_STEP = 1 / 1024;
const BODY = "x".repeat(200);

const page = makeFunctionReference<"query", Record<string, Value>, unknown>("bench:page");

/** Reads over HTTP keep-alive: single documents against a bare JSON echo, pages against convex-test. */
export async function readRows(): Promise<Row[]> {
  const backend = await startTestBackend({ project: LOAD_PROJECT });
  const echo = spawn(process.execPath, ["--import", "tsx", join(PROJECT_DIR, "scripts/bench/echo-server.ts")], {
    cwd: PROJECT_DIR,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    return [await pointRow(backend, echo), await pageRow(backend)];
  } finally {
    echo.kill("SIGKILL");
    await backend.stop();
  }
}

/** Fills a group with numbered rows; resolves to their ids. */
export async function fill(backend: TestBackend, group: string, count: number, body = BODY): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0; from < count; from += FILL_BATCH) {
    const args = { group, from, count: Math.min(FILL_BATCH, count - from), body };
    ids.push(...((await backend.client.run("bench:fill", args)) as string[]));
  }
  return ids;
}

/** Milliseconds of one request for a page of 50 rows that starts at row `from`. */
export async function pageMs(connection: KeepAliveConnection, group: string, from: number): Promise<number> {
  const args = { group, from, paginationOpts: { numItems: PAGE_ROWS, cursor: null } };
  const request = jsonPost("/api/query", { path: "bench:page", args: [args], format: "convex_encoded_json" });
  const startedMs = performance.now();
  const body = await connection.request(request);
  const ms = performance.now() - startedMs;
  if (!body.startsWith('{"status":"success"')) throw new Error(body);
  return ms;
}

async function pointRow(backend: TestBackend, echo: ChildProcess): Promise<Row> {
  if (echo.stdout === null) throw new Error("The echo server has no output");
  const [line] = (await once(echo.stdout, "data")) as [Buffer];
  const ids = await fill(backend, "points", POINT_DOCUMENTS);
  let asked = 0;
  // Another document each time: the cache answers only what was asked 20,000 requests ago.
  const next = () => {
    const args = [{ id: ids[asked++ % ids.length] ?? "" }];
    return jsonPost("/api/query", { path: "bench:get", args, format: "convex_encoded_json" });
  };
  const open = (url: string) => Promise.all(Array.from({ length: CONNECTIONS }, () => KeepAliveConnection.open(url)));
  const toBackend = await open(backend.cloudUrl);
  const toEcho = await open(line.toString().trim());
  const measured = await inTurns(
    ROUNDS,
    () => requestsPerSecond(toBackend, next, ROUND_MS),
    () => requestsPerSecond(toEcho, next, ROUND_MS),
  );
  for (const connection of [...toBackend, ...toEcho]) connection.close();
  const target = { of: "ratio", bound: "atLeast", limit: 0.4 } as const;
  return judge("point query over HTTP keep-alive", { ...measured, unit: "requests/s" }, target);
}

/** The median of as many calls as fit into a round, as long as the rounds of the other rows. */
async function medianMs(callMs: () => Promise<number>): Promise<number> {
  const samples: number[] = [];
  const endsAtMs = performance.now() + ROUND_MS;
  while (performance.now() < endsAtMs) samples.push(await callMs());
  return median(samples);
}

async function pageRow(backend: TestBackend): Promise<Row> {
  await fill(backend, "pages", PAGE_DOCUMENTS);
  const t = convexTest(schema, {
    "/convex/_generated/api.js": async () => ({}),
    "/convex/bench.ts": async () => functions,
  });
  await t.run(async (ctx) => {
    for (let n = 0; n < PAGE_DOCUMENTS; n++) await ctx.db.insert("rows", { group: "pages", n, body: BODY });
  });
  const connection = await KeepAliveConnection.open(backend.cloudUrl);
  let asked = 0;
  const nextFrom = () => asked++ * PAGE_STEP;
  const ours = () => medianMs(() => pageMs(connection, "pages", nextFrom()));
  const theirs = () =>
    medianMs(async () => {
      const paginationOpts = { numItems: PAGE_ROWS, cursor: null };
      const startedMs = performance.now();
      await t.query(page, { group: "pages", from: nextFrom(), paginationOpts });
      return performance.now() - startedMs;
    });
  // Both have run a while before they are measured, as in every other row: what is compared is a server that is up.
  await ours();
  await theirs();
  const { value, baseline } = await inTurns(ROUNDS, ours, theirs);
  connection.close();
  const target = { of: "ratio", bound: "atLeast", limit: 50 } as const;
  return judge(
    "indexed page on 10,000 documents against convex-test",
    { value, baseline, ratio: baseline / value, unit: "ms" },
    target,
  );
}
