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
