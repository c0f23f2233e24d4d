import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import Sqlite from "libsql";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SystemClock } from "../../embedded/clock.ts";
import { openDatabase } from "../../embedded/database/open.ts";
import { push, schemaJson, tableJson } from "../../embedded/database/testing.ts";
import { LOAD_PROJECT } from "../../scripts/bench/load-project.ts";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { startTestBackend } from "../support/backend.ts";
import { ConnectionLost, SyncSocket } from "../support/sync-socket.ts";
import { until } from "../support/until.ts";

let root: string;
/** A data folder with the load project pushed, which no process uses. */
let pushed: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "switchboard-faults-"));
  pushed = join(root, "pushed");
  const backend = await startTestBackend({ project: LOAD_PROJECT });
  await backend.kill();
  cpSync(backend.dataDir, pushed, { recursive: true });
  await backend.stop();
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function integrity(path: string): string {
  const db = new Sqlite(path);
  const [row] = db.prepare("PRAGMA integrity_check").raw(true).get([]) as [string];
  db.close();
  return row;
}

describe("a torn end of the write-ahead log", () => {
  const COMMITS = 40;
  let folder: string;

  /** The files as a power cut leaves them: copied while the database is open, without any farewell. */
  beforeEach(async () => {
    folder = mkdtempSync(join(root, "torn-"));
    const live = join(folder, "live.sqlite");
    const db = openDatabase({ path: live, clock: new SystemClock() });
    await push(db, schemaJson(tableJson("t")));
    for (let n = 0; n < COMMITS; n++) {
      const tx = db.begin();
      tx.insert("", "t", { n });
      tx.insert("", "t", { n });
      db.commit(tx, null);
      await db.durable(db.latestTs);
    }
    for (const suffix of ["", "-wal"]) cpSync(live + suffix, join(folder, `cut.sqlite${suffix}`));
    await db.close();
  });

  /** How many documents are there after opening; checks that commits are whole and that writing goes on. */
  async function reopened(): Promise<number> {
    const path = join(folder, "cut.sqlite");
    const db = openDatabase({ path, clock: new SystemClock() });
    const tx = db.begin();
    const count = tx.count("", "t");
    tx.insert("", "t", { n: -1 });
    expect(db.commit(tx, null).kind).toBe("committed");
    await db.close();
    expect(integrity(path)).toBe("ok");
    return count;
  }

  test("nothing torn, nothing lost", async () => {
    expect(await reopened()).toBe(2 * COMMITS);
  });

  test.each([1, 100, 3000, 4096 + 24, 9000])("cut short by %i bytes, the last commits go as a whole", async (bytes) => {
    const wal = join(folder, "cut.sqlite-wal");
    truncateSync(wal, statSync(wal).size - bytes);
    const count = await reopened();
    expect(count % 2).toBe(0);
    expect(count).toBeLessThan(2 * COMMITS);
    expect(count).toBeGreaterThan(2 * (COMMITS - 5));
  });

  test.each([10, 2000, 5000])("a page with wrong bytes %i before the end is not believed", async (before) => {
    const wal = join(folder, "cut.sqlite-wal");
    const bytes = readFileSync(wal);
    bytes.fill(0xa5, bytes.length - before, bytes.length - before + 8);
    writeFileSync(wal, bytes);
    const count = await reopened();
    expect(count % 2).toBe(0);
    expect(count).toBeGreaterThan(2 * (COMMITS - 5));
  });
});

// A mount of one's own needs user namespaces or root; where there are neither, these two say so by being skipped.
const canMount = spawnSync("unshare", ["--user", "--map-root-user", "--mount", "true"]).status === 0;

describe.skipIf(!canMount)("a file system that does not take what is written", () => {
  const BACKEND = "node --import tsx scripts/backend.ts --port 0 --site-port 0 --data";
  const children: ChildProcess[] = [];

  afterAll(() => {
    for (const child of children) child.kill("SIGKILL");
  });

  /** Runs shell lines in a mount namespace of their own, with a small memory disk at `$DISK`. */
  function onSmallDisk(sizeMib: number, script: string) {
    const disk = mkdtempSync(join(root, "disk-"));
    const lines = `mount -t tmpfs -o size=${sizeMib}m tmpfs "$DISK" && cp -r "${pushed}" "$DISK/data"\n${script}`;
    const child = spawn("unshare", ["--user", "--map-root-user", "--mount", "bash", "-c", lines], {
      cwd: PROJECT_DIR,
      env: { ...process.env, DISK: disk },
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    const printed = { out: "", err: "" };
    child.stdout.on("data", (chunk: Buffer) => (printed.out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (printed.err += chunk.toString()));
    const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
    return { printed, exit };
  }

  const readyUrls = (out: string) => [...out.matchAll(/Backend is ready at (\S+)/g)].map(([, url]) => url ?? "");

  test("a full disk ends the backend with one clear line; with room again everything acknowledged is there", async () => {
    const { printed } = onSmallDisk(
      8,
      `${BACKEND} "$DISK/data"; echo "ended with $?"; mount -o remount,size=64m "$DISK"; exec ${BACKEND} "$DISK/data"`,
    );
    const url = await until("the start", () => readyUrls(printed.out)[0], 30_000);
    const socket = await SyncSocket.open(url);
    let acknowledged = 0;
    const body = "x".repeat(20_000);
    const full = await (async () => {
      for (;;) {
        const answer = await socket.mutation("bench:fill", { group: "full", from: acknowledged, count: 1, body });
        if (!answer.ok) return answer.message;
        acknowledged++;
      }
    })().catch((error: unknown) => error);
    expect(full).toBeInstanceOf(ConnectionLost);
    const again = await until("the second start", () => readyUrls(printed.out)[1], 30_000);
    expect(printed.out).toContain("ended with 1");
    expect(printed.err).toMatch(/ERROR the database cannot be written .*(disk is full|disk I\/O error)/);
    const counted = await new ConvexHttpClient(again).query(
      makeFunctionReference<"query", Record<string, unknown>, number>("bench:countBetween"),
      { group: "full", from: 0, to: 1_000_000 },
    );
    expect(acknowledged).toBeGreaterThan(10);
    expect(counted).toBeGreaterThanOrEqual(acknowledged);
    expect(counted).toBeLessThanOrEqual(acknowledged + 1);
  });

  test("a read-only folder is one sentence and exit code 1, and nothing in it changes", async () => {
    const { printed, exit } = onSmallDisk(16, `mount -o remount,ro "$DISK"; exec ${BACKEND} "$DISK/data"`);
    expect(await exit).toBe(1);
    expect(printed.err.trim()).toMatch(/^The data folder \S+ cannot be written: it lies on a read-only file system\.$/);
  });
});
