import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ManualClock } from "../clock.ts";
import { openDatabase } from "./open.ts";
import {
  collect,
  openTestDatabase,
  push,
  rangeQuery,
  read,
  scanQuery,
  schemaJson,
  tableJson,
  TEST_START_MS,
  write,
} from "./testing.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "switchboard-db-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const schema = schemaJson(tableJson("t", { indexes: [{ indexDescriptor: "by_n", fields: ["n"] }] }));

describe("reopening the file", () => {
  test("documents, indexes, schema, table numbers and cursors are as they were", async () => {
    const path = join(folder, "db.sqlite");
    const { db } = openTestDatabase(path);
    await push(db, schema);
    const ids = write(db, (tx) => [3, 1, 2].map((n) => tx.insert("", "t", { n })));
    write(db, (tx) => tx.insert("child/x", "t", { n: 0 }));
    write(db, (tx) => tx.system.insert("", "_environment_variables", { name: "A", value: "1" }));
    const request = { query: rangeQuery("t.by_n", []), cursor: null, endCursor: null, pageSize: 1 };
    const cursor = read(db, (tx) => tx.paginate("", request).continueCursor);
    const lastTs = db.latestTs;
    await db.close();

    const { db: again } = openTestDatabase(path);
    expect(again.latestTs).toBe(lastTs);
    expect(again.schemaOf("")).toEqual(schema);
    read(again, (tx) => {
      expect(collect(tx, rangeQuery("t.by_n", [])).map(({ value }) => value["n"])).toEqual([1, 2, 3]);
      expect(tx.get("", ids[0] ?? "")?.value["n"]).toBe(3);
      expect([tx.tableNumber("", "t"), tx.tableNumber("child/x", "t"), tx.listTables("")]).toEqual([
        10_001,
        10_001,
        ["t"],
      ]);
      expect(tx.system.rows("", "_environment_variables", "by_name", ["A"])[0]?.value["value"]).toBe("1");
      expect(tx.paginate("", { ...request, cursor }).page[0]?.value["n"]).toBe(2);
      expect(tx.count("", "t")).toBe(3);
    });
    write(again, (tx) => tx.insert("", "t", { n: 9 }));
    expect(again.latestTs).toBeGreaterThan(lastTs);
    await again.close();
  });

  test("timestamps grow even when the clock went back", async () => {
    const path = join(folder, "db.sqlite");
    const { db } = openTestDatabase(path);
    write(db, (tx) => tx.insert("", "t", {}));
    const before = db.latestTs;
    await db.close();
    const again = openDatabase({ path, clock: new ManualClock(TEST_START_MS - 1_000_000) });
    write(again, (tx) => tx.insert("", "t", {}));
    expect(again.latestTs).toBeGreaterThan(before);
    await again.close();
  });

  test("what was committed but not yet flushed is written by close", async () => {
    const path = join(folder, "db.sqlite");
    const { db } = openTestDatabase(path);
    write(db, (tx) => tx.insert("", "t", { n: 1 }));
    await db.close();
    const { db: again } = openTestDatabase(path);
    expect(read(again, (tx) => collect(tx, scanQuery("t")))).toHaveLength(1);
    expect(() => db.begin()).toThrow("The database is closed");
    await again.close();
  });
});

describe("a file that cannot be used", () => {
  test.runIf(process.getuid?.() !== 0)("not writable", () => {
    chmodSync(folder, 0o500);
    expect(() => openTestDatabase(join(folder, "db.sqlite"))).toThrow(/^The database file .* cannot be opened/);
    chmodSync(folder, 0o700);
  });

  test("folder missing", () => {
    expect(() => openTestDatabase(join(folder, "missing", "db.sqlite"))).toThrow(
      /^The database file .*db\.sqlite cannot be opened: does the folder exist, and may this user write to it\?$/,
    );
  });

  test("no database", () => {
    const path = join(folder, "db.sqlite");
    writeFileSync(path, "This is a text file, not a database. ".repeat(200));
    expect(() => openTestDatabase(path)).toThrow(/^The database file .* is damaged or no database\.$/);
  });

  test("in use", async () => {
    const path = join(folder, "db.sqlite");
    const { db } = openTestDatabase(path);
    expect(() => openTestDatabase(path)).toThrow(/^The database file .* is in use by another process\.$/);
    await db.close();
  });
});

test("kill -9 in the middle of a load: every acknowledged commit is there, none is there in part", async () => {
  const path = join(folder, "db.sqlite");
  const script = fileURLToPath(new URL("./testing-load.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, path], { stdio: ["ignore", "pipe", "inherit"] });
  const acknowledged: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(Number(line));
    if (acknowledged.length === 300) child.kill("SIGKILL");
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(300);

  const { db } = openTestDatabase(path);
  read(db, (tx) => {
    const pairs = new Map<number, number>();
    for (const { value } of collect(tx, scanQuery("pairs"))) {
      pairs.set(Number(value["n"]), (pairs.get(Number(value["n"])) ?? 0) + 1);
    }
    for (const n of acknowledged) expect(pairs.get(n)).toBe(2);
    expect([...pairs.values()].every((count) => count === 2)).toBe(true);
    const byIndex = collect(tx, rangeQuery("pairs.by_n", []));
    expect(byIndex).toHaveLength(pairs.size * 2);
    expect(tx.count("", "pairs")).toBe(pairs.size * 2);
  });
  await db.close();
});
