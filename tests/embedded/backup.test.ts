import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBackend } from "../../embedded/server/backend.ts";
import { runToEnd } from "../../scripts/lib/child.ts";
import { api } from "../fixtures/project/convex/_generated/api.js";
import type { Id } from "../fixtures/project/convex/_generated/dataModel.js";
import { FIXTURE_PROJECT, startTestBackend, type TestBackend } from "../support/backend.ts";
import { checkDatabaseFile } from "../support/database-file.ts";
import { ImportClient } from "../support/uploads.ts";

let backend: TestBackend;
let http: ConvexHttpClient;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "switchboard-backup-"));
  backend = await startTestBackend({ project: FIXTURE_PROJECT });
  http = new ConvexHttpClient(backend.cloudUrl);
});
afterAll(async () => {
  await backend.stop();
  rmSync(folder, { recursive: true });
});

// The scripts are TypeScript; a child process gets the loader from here.
const script = (name: "backup" | "restore", ...args: string[]) =>
  runToEnd(`scripts/${name}.ts`, args, { env: { NODE_OPTIONS: "--import tsx" } });
const backUp = (to: string) => script("backup", "--data", backend.dataDir, "--url", backend.cloudUrl, "--to", to);

/** Opens the data folder in this process. */
async function withBackend(dataDir: string, look: (http: ConvexHttpClient, adminKey: string) => Promise<void>) {
  const running = await startBackend({ dataDir, host: "127.0.0.1", port: 0, sitePort: 0, log: () => undefined });
  try {
    await look(new ConvexHttpClient(running.cloudUrl), running.adminKey);
  } finally {
    await running.stop();
  }
}

test("a backup under load is the state of one instant, files included, and restores", async () => {
  const url = await http.mutation(api.storage.uploadUrl, {});
  const uploaded = await fetch(url, { method: "POST", body: "kept bytes", headers: { "Content-Type": "text/plain" } });
  const { storageId } = (await uploaded.json()) as { storageId: Id<"_storage"> };
  await http.mutation(api.storage.save, { storageId, name: "kept" });
  let acknowledged = 0;
  let goesOn = true;
  const load = (async () => {
    while (goesOn) {
      await http.mutation(api.messages.send, { channel: "load", body: "x".repeat(1000), number: acknowledged + 1 });
      acknowledged++;
    }
  })();
  while (acknowledged < 50) await http.query(api.messages.whoAmI, {});
  const before = acknowledged;
  const target = join(folder, "online");
  const made = await backUp(target);
  const after = acknowledged;
  goesOn = false;
  await load;
  expect(made, made.output).toMatchObject({ code: 0 });
  expect(after).toBeGreaterThan(before);
  for (const secret of ["admin-key", "signing-key"]) {
    expect(statSync(join(target, secret)).mode & 0o777).toBe(0o600);
  }
  expect(readdirSync(join(backend.dataDir, "backups"))).toEqual([]);

  const restored = join(folder, "restored");
  const result = await script("restore", "--from", target, "--data", restored);
  expect(result, result.output).toMatchObject({ code: 0 });
  await withBackend(restored, async (copy, adminKey) => {
    expect(adminKey).toBe(backend.adminKey);
    const numbers = (await copy.query(api.messages.list, { channel: "load" })).map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
    expect(numbers.length).toBeGreaterThanOrEqual(before);
    expect(numbers.length).toBeLessThanOrEqual(after + 1);
    const [file] = await copy.query(api.storage.list, {});
    expect(await (await fetch(file?.url ?? "")).text()).toBe("kept bytes");
    await copy.mutation(api.messages.send, { channel: "load", body: "goes on", number: numbers.length + 1 });
  });
});

test("every file that a backup's rows name is in it, while files come and go", async () => {
  let stored = 0;
  let goesOn = true;
  const churn = async (writer: number) => {
    for (let n = 0; goesOn; n++) {
      const body = `file ${writer}/${n} ${"x".repeat(20_000)}`;
      const sent = await fetch(await http.mutation(api.storage.uploadUrl, {}), { method: "POST", body });
      const { storageId } = (await sent.json()) as { storageId: Id<"_storage"> };
      await http.mutation(api.storage.save, { storageId, name: body });
      stored++;
      if (n % 2 === 1) await http.mutation(api.storage.remove, { storageId });
    }
  };
  const writers = Promise.all([1, 2, 3].map(churn));
  while (stored < 20) await http.query(api.messages.whoAmI, {});
  const target = join(folder, "churn");
  const made = await backUp(target);
  goesOn = false;
  await writers;
  expect(made, made.output).toMatchObject({ code: 0 });
  await withBackend(target, async (copy) => {
    const kept = (await copy.query(api.storage.list, {})).filter(({ name, url }) => name.startsWith("file ") && url);
    expect(kept.length).toBeGreaterThanOrEqual(8);
    const read = await Promise.all(kept.map(async ({ url }) => (await fetch(url ?? "")).text()));
    expect(read).toEqual(kept.map(({ name }) => name));
  });
});

test("a backup taken during an import holds the old rows, and says in the copy what became of the import", async () => {
  const imports = new ImportClient(backend);
  const lines = (value: string, count: number) => `${JSON.stringify({ value })}\n`.repeat(count);
  const carryOut = async (content: string) => {
    const id = await imports.begin("imported", "replace", [content]);
    await imports.reached(id, ["waiting_for_confirmation"], 60_000);
    await imports.perform(id);
    return id;
  };
  await imports.reached(await carryOut(lines("old", 3)), ["completed"], 60_000);
  const id = await carryOut(lines("new", 40_000));
  await imports.reached(id, ["in_progress"], 60_000);
  const response = await fetch(`${backend.cloudUrl}/api/backup`, {
    method: "POST",
    headers: { Authorization: `Convex ${backend.adminKey}` },
  });
  const { path } = (await response.json()) as { path: string };
  await imports.reached(id, ["completed"], 60_000);
  expect(checkDatabaseFile(path).hiddenTables).toBe(1);
  const restored = join(folder, "during-import");
  const result = await script("restore", "--from", path, "--data", restored);
  rmSync(path, { recursive: true });
  expect(result, result.output).toMatchObject({ code: 0 });
  const running = await startBackend({
    dataDir: restored,
    host: "127.0.0.1",
    port: 0,
    sitePort: 0,
    log: () => undefined,
  });
  try {
    const copy = new ImportClient(running);
    await expect(copy.reached(id, ["completed"], 60_000)).rejects.toThrow("Import again.");
    const page = await copy.system<{ page: { value: string }[] }>("_system/cli/tableData", {
      table: "imported",
      order: "asc",
      paginationOpts: { numItems: 10, cursor: null },
    });
    expect(page.page.map(({ value }) => value)).toEqual(["old", "old", "old"]);
  } finally {
    await running.stop();
  }
  expect(checkDatabaseFile(restored).hiddenTables).toBe(0);
});

test("a restore refuses what is in use or not empty, and with --replace puts it aside", async () => {
  const source = join(folder, "online");
  const inUse = await script("restore", "--from", source, "--data", backend.dataDir, "--replace");
  expect([inUse.code, inUse.output]).toEqual([1, expect.stringContaining("is in use by another process")]);
  const target = join(folder, "restored");
  const occupied = await script("restore", "--from", source, "--data", target);
  expect([occupied.code, occupied.output]).toEqual([1, expect.stringContaining("is not empty; --replace")]);
  expect((await script("restore", "--from", source, "--data", target, "--replace")).code).toBe(0);
  expect(readdirSync(folder).some((name) => name.startsWith("restored.before-"))).toBe(true);
  expect(readdirSync(folder).some((name) => name.endsWith(".restoring"))).toBe(false);
});

test("a stopped backend's folder is backed up as well", async () => {
  const target = join(folder, "offline");
  const made = await script("backup", "--data", join(folder, "restored"), "--to", target);
  expect(made, made.output).toMatchObject({ code: 0 });
  await withBackend(target, async (copy) => {
    expect((await copy.query(api.messages.list, { channel: "load" })).length).toBeGreaterThan(49);
  });
});

test("a damaged backup is not restored; nonsense is refused in one sentence", async () => {
  const damaged = join(folder, "offline");
  const path = join(damaged, "database.sqlite");
  truncateSync(path, statSync(path).size - 20_000);
  const target = join(folder, "never");
  const refused = await script("restore", "--from", damaged, "--data", target);
  expect([refused.code, refused.output]).toEqual([1, expect.stringContaining("The backup is not usable")]);
  expect(existsSync(target)).toBe(false);
  writeFileSync(join(folder, "file"), "");
  for (const [args, why] of [
    [["--data", join(folder, "nowhere"), "--to", join(folder, "x")], "holds no data"],
    [["--data", backend.dataDir, "--to", join(folder, "online")], "exists already"],
    [["--data", backend.dataDir, "--url", "http://127.0.0.1:9", "--to", join(folder, "x")], "no backend answers"],
    [[], "--to FOLDER"],
  ] as const) {
    const { code, output } = await script("backup", ...args);
    expect([code, output]).toEqual([1, expect.stringContaining(why)]);
  }
});

test("the route wants the admin key", async () => {
  expect((await fetch(`${backend.cloudUrl}/api/backup`, { method: "POST" })).status).toBe(403);
});

test("after a backup the database file is still locked", () => {
  const other = `import Database from "libsql";
    try { new Database(${JSON.stringify(join(backend.dataDir, "database.sqlite"))}, { timeout: 0 }).prepare("SELECT count(*) FROM documents").get(); console.log("read"); }
    catch (error) { console.log(error.code); }`;
  const answer = execFileSync(process.execPath, ["--input-type=module", "--eval", other], { encoding: "utf8" });
  expect(answer.trim()).toBe("SQLITE_BUSY");
});
