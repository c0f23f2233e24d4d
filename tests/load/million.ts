import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import type { TestBackend } from "../support/backend.ts";
import { checkDatabaseFile } from "../support/database-file.ts";
import { ConnectionLost, SyncSocket } from "../support/sync-socket.ts";
import { ImportClient } from "../support/uploads.ts";
import { seededRandom } from "./register-model.ts";

// Of a document without its body; with it some 300 bytes.
const BODY = "x".repeat(200);
const PART_DOCUMENTS = 100_000;
const BUILD_MS = 600_000;
const LONGEST_LOAD_MS = 1000;
const GROUP = "million";

const countRef = makeFunctionReference<"query", { group: string; from: number; to: number }, number>("bench:countBetween"); // prettier-ignore

/** Fills the backend with `documents` rows; answers the milliseconds it took. */
export async function fillByImport(backend: TestBackend, documents: number): Promise<number> {
  const startedMs = performance.now();
  const client = new ImportClient(backend);
  const id = await client.begin("rows", "replace", parts(documents));
  await client.reached(id, ["waiting_for_confirmation"], BUILD_MS);
  await client.perform(id);
  await client.reached(id, ["completed"], BUILD_MS);
  return performance.now() - startedMs;
}

function* parts(documents: number): Generator<string> {
  for (let from = 0; from < documents; from += PART_DOCUMENTS) {
    const count = Math.min(PART_DOCUMENTS, documents - from);
    yield Array.from({ length: count }, (_, at) => JSON.stringify({ group: GROUP, n: from + at, body: BODY })).join(
      "\n",
    );
    yield "\n";
  }
}

/**
 * Kills the backend under load and starts it again; answers the milliseconds from the start of the process to the answer
 * of a query over the documents. Throws Error when the file is damaged or a document is missing.
 */
export async function restartAfterKill(backend: TestBackend, documents: number, seed: number): Promise<number> {
  const random = seededRandom(seed);
  const socket = await SyncSocket.open(backend.cloudUrl);
  const writing = (async () => {
    for (;;) await socket.mutation("bench:insertTen", { body: BODY });
  })().catch((error: unknown) => {
    if (!(error instanceof ConnectionLost)) throw error;
  });
  await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_LOAD_MS));
  await backend.kill();
  await writing;
  checkDatabaseFile(backend.dataDir);
  const from = Math.floor(random() * (documents - 100));
  const startedMs = performance.now();
  await backend.restart();
  const found = await new ConvexHttpClient(backend.cloudUrl).query(countRef, { group: GROUP, from, to: from + 100 });
  const restartMs = performance.now() - startedMs;
  if (found !== 100) throw new Error(`${found} of 100 documents from ${from} on are there`);
  return restartMs;
}
