import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDataFolder } from "./data-folder.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "data-folder-"));
});

afterEach(() => rmSync(root, { recursive: true }));

test("is created with a key that only its owner can read, and keeps the key", () => {
  const dir = join(root, "deep/data");
  const first = openDataFolder(dir);
  expect(first.adminKey).toMatch(/^switchboard\|[0-9a-f]{64}$/);
  expect(statSync(join(dir, "admin-key")).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(dir, "admin-key"), "utf8")).toBe(`${first.adminKey}\n`);
  first.release();
  const second = openDataFolder(dir);
  expect(second.adminKey).toBe(first.adminKey);
  second.release();
});

test("a second process is refused with one sentence, also after the first was killed and another took over", () => {
  const folder = openDataFolder(root);
  const script = `import { openDataFolder } from ${JSON.stringify(join(import.meta.dirname, "data-folder.ts"))};
    try { openDataFolder(${JSON.stringify(root)}); console.log("opened"); process.kill(process.pid, "SIGKILL"); }
    catch (error) { console.log(error.message); }`;
  const other = () =>
    spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script], {
      cwd: join(import.meta.dirname, "../.."),
      encoding: "utf8",
    }).stdout.trim();
  expect(other()).toBe(
    `The data folder ${root} is in use by another process (process ${process.pid}); stop it or choose another folder with --data.`,
  );
  folder.release();
  expect(other()).toBe("opened");
  openDataFolder(root).release();
});

test("a path that cannot be a folder is refused with one sentence", () => {
  const file = join(root, "file");
  writeFileSync(file, "");
  expect(() => openDataFolder(join(file, "data"))).toThrow(/^Cannot create the data folder .*/);
});
