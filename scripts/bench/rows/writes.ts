import { SyncSocket } from "../../../tests/support/sync-socket.ts";
import { startTestBackend } from "../../../tests/support/backend.ts";
import { LOAD_PROJECT } from "../load-project.ts";
import { RawSqlite } from "../raw-sqlite.ts";
import { inTurns, judge, type Row } from "../report.ts";

const CLIENTS = 20;
const ROUNDS = 7;
const ROUND_MS = 1500;
const WARM_UP_MS = 2000;
const DOCUMENTS_OF_TEN = 10;
const BODY = "x".repeat(200);

/** Mutations over WebSocket, each client waiting for its answer before the next, against commits of the bare library. */
export async function writeRows(): Promise<Row[]> {
  const backend = await startTestBackend({ project: LOAD_PROJECT });
  const raw = new RawSqlite();
  const sockets = await Promise.all(Array.from({ length: CLIENTS }, () => SyncSocket.open(backend.cloudUrl)));
  try {
    await mutationsPerSecond(sockets, "bench:insertOne", WARM_UP_MS);
    const single = await inTurns(
      ROUNDS,
      () => mutationsPerSecond(sockets, "bench:insertOne", ROUND_MS),
      async () => raw.rowsPerSecond(BODY, 1, ROUND_MS),
    );
    await mutationsPerSecond(sockets, "bench:insertTen", WARM_UP_MS);
    const ten = await inTurns(
      ROUNDS,
      async () => DOCUMENTS_OF_TEN * (await mutationsPerSecond(sockets, "bench:insertTen", ROUND_MS)),
      async () => raw.rowsPerSecond(BODY, DOCUMENTS_OF_TEN, ROUND_MS),
    );
    return [
      judge("single-document mutations, 20 sockets", { ...single, unit: "commits/s" }, atLeast(0.6)),
      judge("10-document mutations, 20 sockets", { ...ten, unit: "documents/s" }, atLeast(0.3)),
    ];
  } finally {
    for (const socket of sockets) socket.close();
    raw.close();
    await backend.stop();
  }
}

const atLeast = (limit: number) => ({ of: "ratio", bound: "atLeast", limit }) as const;

async function mutationsPerSecond(sockets: readonly SyncSocket[], path: string, durationMs: number): Promise<number> {
  const startedMs = performance.now();
  let count = 0;
  const worker = async (socket: SyncSocket) => {
    while (performance.now() - startedMs < durationMs) {
      const answer = await socket.mutation(path, { body: BODY });
      if (!answer.ok) throw new Error(answer.message);
      count++;
    }
  };
  await Promise.all(sockets.map(worker));
  return count / ((performance.now() - startedMs) / 1000);
}
