import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Value } from "convex/values";
import Sqlite from "libsql";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { encodeId, generateIdBytes } from "../value/ids.ts";
import { GRACE_MS } from "./retirement.ts";
import { collect, openTestDatabase, push, rangeQuery, read, scanQuery, schemaJson, searchQuery, tableJson, write } from "./testing.ts"; // prettier-ignore
import type { Database, HiddenTable, WantedTable } from "./types.ts";

let folder: string;
let db: Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "switchboard-hidden-"));
  ({ db } = openTestDatabase(join(folder, "database.sqlite")));
});
afterEach(async () => {
  await db.close();
  rmSync(folder, { recursive: true });
});

const reopen = async () => {
  await db.close();
  ({ db } = openTestDatabase(join(folder, "database.sqlite")));
};
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await nextTurn();
};

const idIn = (number: number) => encodeId(generateIdBytes(number, 1_700_000_000_000));
const wanted = (table: string, number: number | null = null): WantedTable => ({ ns: "", table, number });
const open = (...tables: WantedTable[]): HiddenTable[] => db.hidden.open("owner", tables);
const first = (tables: HiddenTable[]): HiddenTable => {
  const [table] = tables;
  if (table === undefined) throw new Error("No table");
  return table;
};
const replace = (...tables: (HiddenTable | string)[]) =>
  write(db, (tx) =>
    tx.imports.replaceTables(
      "",
      new Map(tables.map((table) => (typeof table === "string" ? [table, null] : [table.table, table]))),
    ),
  );
const numbers = (table = "t") => read(db, (tx) => collect(tx, scanQuery(table)).map(({ value }) => value["n"]));
const documents = (from: number, count: number): Record<string, Value>[] =>
  Array.from({ length: count }, (_, at) => ({
    n: from + at,
    text: `word${from + at}`,
    _creationTime: 1e12 + from + at,
  }));

const byN = { indexDescriptor: "by_n", fields: ["n"] };
const byText = { indexDescriptor: "search_text", searchField: "text", filterFields: [] };
const indexed = schemaJson(tableJson("t", { indexes: [byN], searchIndexes: [byText] }));

/** Rows of the file's tables, looked at while nobody has it open. */
async function rowsOnDisk(): Promise<{ documents: number; entries: number; hidden: number }> {
  await db.close();
  const file = new Sqlite(join(folder, "database.sqlite"));
  const count = (table: string) => (file.prepare(`SELECT count(*) FROM ${table}`).raw(true).get([]) as [number])[0];
  const counts = { documents: count("documents"), entries: count("entries"), hidden: count("hidden_tables") };
  file.close();
  ({ db } = openTestDatabase(join(folder, "database.sqlite")));
  return counts;
}

describe("a hidden table", () => {
  test("is seen by nobody until it takes its place, and then whole, indexes and search included", async () => {
    await push(db, indexed);
    write(db, (tx) => tx.insert("", "t", { n: -1, text: "old" }));
    const table = first(open(wanted("t")));
    table.insert(documents(0, 50));
    table.insert(documents(50, 50));
    expect(table.documents).toBe(100);
    expect(numbers()).toEqual([-1]);
    replace(table);
    expect(numbers()).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(read(db, (tx) => tx.count("", "t"))).toBe(100);
    expect(read(db, (tx) => collect(tx, rangeQuery("t.by_n", [["Gte", "n", 98]])).length)).toBe(2);
    expect(read(db, (tx) => collect(tx, searchQuery("t.search_text", "text", "word77")).length)).toBe(1);
    write(db, (tx) => tx.insert("", "t", { n: 100, text: "new" }));
    await reopen();
    expect(numbers().length).toBe(101);
  });

  test("goes on after a restart where it was; another owner's is deleted with its rows", async () => {
    await push(db, indexed);
    first(open(wanted("t"))).insert(documents(0, 30));
    first(db.hidden.open("other", [wanted("t")])).insert(documents(0, 20));
    await reopen();
    db.hidden.keepOnly(new Set(["owner"]));
    await turns(10);
    const table = first(open(wanted("t")));
    expect(table.documents).toBe(30);
    expect(table.page(null, 1000).length).toBe(30);
    table.insert(documents(30, 5));
    replace(table);
    expect(numbers().length).toBe(35);
    // Of each document `by_id`, `by_creation_time` and `by_n`.
    expect(await rowsOnDisk()).toEqual({ documents: 35, entries: 3 * 35, hidden: 0 });
  });

  test("begins anew when its schema is no longer the table's, or other tables are wanted", async () => {
    await push(db, schemaJson(tableJson("t")));
    first(open(wanted("t"))).insert(documents(0, 3));
    await push(db, indexed);
    expect(first(open(wanted("t"))).documents).toBe(0);
    first(open(wanted("t"))).insert(documents(0, 3));
    expect(first(open(wanted("t"), wanted("u"))).documents).toBe(0);
  });

  test("is refused its place after a push of another schema", async () => {
    const table = first(open(wanted("t")));
    table.insert(documents(0, 3));
    await push(db, indexed);
    expect(() => replace(table)).toThrow('The schema of table "t" changed during the import.');
  });

  test("takes only what the schema allows, ids of the tables that come with it included", async () => {
    const field = (type: { type: string; tableName?: string }) => ({ fieldType: type, optional: false });
    const documentType = { type: "object", value: { other: field({ type: "id", tableName: "u" }) } };
    await push(db, schemaJson(tableJson("t", { documentType }), tableJson("u")));
    const [live] = [read(db, (tx) => tx.tableNumber("", "u") ?? 0)];
    const [t, u] = open(wanted("t", 10_050), wanted("u", 10_051));
    t?.insert([{ other: idIn(10_051) }]);
    expect(() => t?.insert([{ other: idIn(live) }])).toThrow("does not match the schema");
    u?.insert([{}]);
    expect(() => t?.insert([{ other: "x" }])).toThrow("does not match the schema");
  });

  test("an id twice is refused", () => {
    const table = first(open(wanted("t", 10_001)));
    const _id = idIn(10_001);
    table.insert([{ _id }]);
    expect(() => table.insert([{ _id }])).toThrow("already exists");
  });
});

describe("a replacement", () => {
  test("leaves older snapshots what they saw, then deletes it from disk", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    write(db, (tx) => documents(0, 700).forEach(({ n }) => tx.insert("", "t", { n: Number(n) })));
    const before = db.begin({ readOnly: true });
    const table = first(open(wanted("t")));
    table.insert(documents(5000, 2));
    replace(table);
    vi.advanceTimersByTime(GRACE_MS);
    await turns(10);
    expect(collect(before, scanQuery("t")).length).toBe(700);
    expect(before.count("", "t")).toBe(700);
    db.abandon(before);
    await turns(10);
    expect(numbers()).toEqual([5000, 5001]);
    expect(await rowsOnDisk()).toEqual({ documents: 2, entries: 4, hidden: 0 });
  });

  test("what was cut off in the middle of deleting goes on after a restart", async () => {
    write(db, (tx) => documents(0, 3000).forEach(({ n }) => tx.insert("", "t", { n: Number(n) })));
    replace("t");
    await reopen();
    await nextTurn();
    await reopen();
    await turns(20);
    expect(await rowsOnDisk()).toEqual({ documents: 0, entries: 0, hidden: 0 });
  });

  test("conflicts with who wrote the table, invalidates who read it, and no one else", async () => {
    write(db, (tx) => [tx.insert("", "t", {}), tx.insert("", "u", {})]);
    const told: string[] = [];
    for (const name of ["t", "u"]) {
      const tx = db.begin({ readOnly: true });
      collect(tx, scanQuery(name));
      db.subscribe(tx.reads, tx.beginTs, () => told.push(name));
    }
    const [writesT, writesU] = ["t", "u"].map((name) => {
      const tx = db.begin();
      tx.insert("", name, { late: true });
      return tx;
    });
    replace("t");
    if (writesT === undefined || writesU === undefined) throw new Error("Two were begun");
    expect([db.commit(writesT, null).kind, db.commit(writesU, null).kind]).toEqual(["conflict", "committed"]);
    await db.durable(db.latestTs);
    expect(told).toEqual(["t", "u"]);
    expect(numbers("t")).toEqual([]);
  });

  test("empty tables give way to the number that documents hold; tables with documents do not", () => {
    const [kept] = write(db, (tx) => [tx.insert("", "full", {}), tx.insert("", "gone", {})]);
    replace("gone");
    const [full, gone] = read(db, (tx) => [tx.tableNumber("", "full") ?? 0, tx.tableNumber("", "gone") ?? 0]) as [number, number]; // prettier-ignore
    const table = first(open(wanted("t", gone)));
    table.insert([{ _id: idIn(gone) }]);
    replace(table);
    expect(read(db, (tx) => [tx.tableNumber("", "t"), tx.tableNumber("", "gone")])).toEqual([gone, 10_003]);
    const other = first(open(wanted("x", full)));
    other.insert([{ _id: idIn(full) }]);
    expect(() => replace(other)).toThrow('which belongs to table "full"');
    expect(read(db, (tx) => tx.normalizeId("", "full", kept ?? ""))).toBe(kept);
  });

  test("during a push: the new documents are checked and indexed, ready or not", async () => {
    write(db, (tx) => documents(0, 2000).forEach(({ n }) => tx.insert("", "t", { n: Number(n) })));
    for (const waits of [0, 1000]) {
      const schema = schemaJson(tableJson("t", { indexes: [{ ...byN, indexDescriptor: `by_n${waits}` }] }));
      const preparation = db.prepareSchema("", schema);
      if (waits > 0) await preparation.done;
      const table = first(open(wanted("t")));
      table.insert(documents(waits, 300));
      replace(table);
      expect(await preparation.done).toEqual({ ok: true });
      write(db, (tx) => db.activateSchema(tx, "", schema));
      const found = read(db, (tx) => collect(tx, rangeQuery(`t.by_n${waits}`, [])).map(({ value }) => value["n"]));
      expect(found).toEqual(Array.from({ length: 300 }, (_, n) => waits + n));
    }
    const strict = { type: "object", value: { n: { fieldType: { type: "number" }, optional: false } } };
    const preparation = db.prepareSchema("", schemaJson(tableJson("t", { documentType: strict })));
    expect(await preparation.done).toMatchObject({ ok: false });
  });

  test("keeps staged indexes staged", async () => {
    await push(db, schemaJson(tableJson("t", { stagedDbIndexes: [byN] })));
    const table = first(open(wanted("t")));
    table.insert(documents(0, 3));
    replace(table);
    const byIndex = () => read(db, (tx) => collect(tx, rangeQuery("t.by_n", [])).length);
    expect(byIndex).toThrow("is currently staged");
    await reopen();
    expect(byIndex).toThrow("is currently staged");
    await push(db, schemaJson(tableJson("t", { indexes: [byN] })));
    expect(byIndex()).toBe(3);
  });
});
