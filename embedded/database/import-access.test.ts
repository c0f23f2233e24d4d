import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Value } from "convex/values";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { encodeId, generateIdBytes } from "../value/ids.ts";
import {
  collect,
  openTestDatabase,
  push,
  rangeQuery,
  read,
  scanQuery,
  schemaJson,
  tableJson,
  write,
} from "./testing.ts";
import type { Database, Transaction } from "./types.ts";

let folder: string;
let db: Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "switchboard-import-"));
  ({ db } = openTestDatabase(join(folder, "database.sqlite")));
});
afterEach(async () => {
  await db.close();
  rmSync(folder, { recursive: true });
});

const idIn = (number: number) => encodeId(generateIdBytes(number, 1_700_000_000_000));
const SAME_ID = idIn(10_003);
const rows = (table: string): Record<string, Value>[] =>
  read(db, (tx) => collect(tx, scanQuery(table)).map(({ value }) => value));
/** Puts the documents, whose ids hold `number`, in the place of the table's. */
const importInto = (table: string, number: number | null, ...documents: Record<string, Value>[]) => {
  const [hidden] = db.hidden.open("import", [{ ns: "", table, number }]);
  if (hidden === undefined) throw new Error("One table was asked for");
  hidden.insert(documents);
  write(db, (tx) => tx.imports.replaceTables("", new Map([[table, hidden]])));
};

describe("imports", () => {
  test("keep ids and creation times, and give the table the ids' number", async () => {
    await push(db, schemaJson(tableJson("t", { indexes: [{ indexDescriptor: "by_n", fields: ["n"] }] })));
    write(db, (tx) => tx.insert("", "t", { n: 1 }));
    const document = { _id: idIn(10_077), _creationTime: 1_600_000_000_000.5, n: 2 };
    importInto("t", 10_077, document);
    expect(rows("t")).toEqual([document]);
    expect(read(db, (tx) => [tx.tableNumber("", "t"), tx.tableName("", 10_077), tx.tableName("", 10_001)])).toEqual([
      10_077,
      "t",
      null,
    ]);
    expect(read(db, (tx) => collect(tx, rangeQuery("t.by_n", [["Eq", "n", 2]])).length)).toBe(1);
    const fresh = write(db, (tx) => tx.insert("", "t", { n: 3 }));
    expect(read(db, (tx) => tx.normalizeId("", "t", fresh))).toBe(fresh);
    await db.close();
    ({ db } = openTestDatabase(join(folder, "database.sqlite")));
    expect(rows("t").map(({ n }) => n)).toEqual([2, 3]);
    expect(read(db, (tx) => tx.tableNumber("", "t"))).toBe(10_077);
  });

  test("two tables may swap their numbers", () => {
    write(db, (tx) => [tx.insert("", "a", { was: "a" }), tx.insert("", "b", { was: "b" })]);
    const [a, b] = read(db, (tx) => [tx.tableNumber("", "a") ?? 0, tx.tableNumber("", "b") ?? 0]) as [number, number];
    const wanted = [
      { ns: "", table: "a", number: b },
      { ns: "", table: "b", number: a },
    ];
    const hidden = db.hidden.open("import", wanted);
    for (const [at, { number }] of wanted.entries()) hidden[at]?.insert([{ _id: idIn(number) }]);
    write(db, (tx) => tx.imports.replaceTables("", new Map(hidden.map((table) => [table.table, table]))));
    expect(read(db, (tx) => [tx.tableNumber("", "a"), tx.tableNumber("", "b")])).toEqual([b, a]);
    expect(rows("a").length + rows("b").length).toBe(2);
  });

  test("a snapshot from before sees the table as it was", () => {
    const old = write(db, (tx) => tx.insert("", "t", { n: 1 }));
    const before = db.begin({ readOnly: true });
    importInto("t", 10_050, { _id: idIn(10_050), n: 2 });
    expect(before.get("", old)?.value["n"]).toBe(1);
    expect(before.tableNumber("", "t")).toBe(10_001);
    expect(collect(before, scanQuery("t")).map(({ id }) => id)).toEqual([old]);
    db.abandon(before);
    expect(read(db, (tx) => tx.normalizeId("", "t", old))).toBeNull();
  });

  test("whoever looked at the number meets a conflict", () => {
    const old = write(db, (tx) => tx.insert("", "t", {}));
    const looking = db.begin();
    expect(looking.normalizeId("", "t", old)).toBe(old);
    looking.insert("", "log", {});
    importInto("t", 10_050);
    expect(db.commit(looking, null).kind).toBe("conflict");
  });

  test.each<[string, (tx: Transaction) => void, string]>([
    ["a number that is taken", (tx) => tx.imports.setNumbers("", new Map([["t", 10_002]])), 'which belongs to table "u"'],
    ["a table with rows", (tx) => tx.imports.setNumbers("", new Map([["v", 10_050]])), 'not of this table'],
    ["a system number", (tx) => tx.imports.setNumbers("", new Map([["t", 3]])), "cannot have number 3"],
    ["a bad table name", (tx) => tx.imports.setNumbers("", new Map([["_t", 10_050]])), "Invalid table name"],
    ["an id of another table", (tx) => tx.imports.insert("", "t", { _id: idIn(10_009) }), 'is not an ID of table "t"'],
    ["no id", (tx) => tx.imports.insert("", "t", { _id: "x" }), '"x" is not an ID of table "t"'],
    ["an id twice", (tx) => [SAME_ID, SAME_ID].forEach((_id) => tx.imports.insert("", "v", { _id })), "already exists"],
    ["no time", (tx) => tx.imports.insert("", "v", { _creationTime: "now" }), "is not a time"],
    ["what the schema refuses", (tx) => tx.imports.insert("", "strict", { n: "x" }), "does not match the schema"],
    ["too large a document", (tx) => tx.imports.insert("", "v", { text: "x".repeat(1 << 20) }), "too large"],
  ])("refuse %s", async (_name, act, text) => {
    write(db, (tx) => ["t", "u", "v"].forEach((table) => tx.insert("", table, {})));
    write(db, (tx) => tx.imports.replaceTables("", new Map(["t", "u"].map((table) => [table, null]))));
    const type = { type: "object", value: { n: { fieldType: { type: "number" }, optional: false } } };
    await push(db, schemaJson(tableJson("strict", { documentType: type })));
    expect(() => write(db, act)).toThrow(text);
  }); // prettier-ignore
});
