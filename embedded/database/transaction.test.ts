import type { JSONValue, Value } from "convex/values";
import { beforeEach, describe, expect, test } from "vitest";
import { decodeId, encodeId, generateIdBytes } from "../value/ids.ts";
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
import type { Database, Transaction } from "./types.ts";

let db: Database;
beforeEach(() => {
  ({ db } = openTestDatabase());
});

const insert = (table: string, value: JSONValue, ns = "") => write(db, (tx) => tx.insert(ns, table, value));

describe("documents", () => {
  test("system fields: canonical text, creation times that grow within a transaction", () => {
    const ids = write(db, (tx) => [0, 1, 2].map(() => tx.insert("", "t", { b: 1, A: { z: 1, a: 2 } })));
    const docs = read(db, (tx) => collect(tx, scanQuery("t")));
    expect(docs.map(({ id }) => id)).toEqual(ids);
    const times = docs.map(({ value }) => Number(value["_creationTime"]));
    expect(times[0]).toBe(TEST_START_MS);
    expect(times[1]).toBeGreaterThan(TEST_START_MS);
    expect(times[2]).toBeGreaterThan(times[1] ?? 0);
    expect(times[2]).toBeLessThan(TEST_START_MS + 1);
    expect(docs[0]?.json).toBe(`{"A":{"a":2,"z":1},"_creationTime":${TEST_START_MS},"_id":"${ids[0]}","b":1}`);
  });

  test("patch sets and removes top-level fields, replace keeps the system fields", () => {
    const id = insert("t", { a: 1, b: { c: 1, d: 2 } });
    write(db, (tx) => {
      expect(tx.patch("", id, { a: { $undefined: null }, b: { c: 9 }, e: [] }).value).toEqual({
        _id: id, _creationTime: TEST_START_MS, b: { c: 9 }, e: [],
      }); // prettier-ignore
      expect(tx.replace("", id, { x: 1, _id: id, _creationTime: TEST_START_MS }).value).toEqual({
        _id: id, _creationTime: TEST_START_MS, x: 1,
      }); // prettier-ignore
      expect(tx.remove("", id).value).toMatchObject({ x: 1 });
      expect(tx.get("", id)).toBeNull();
    });
    expect(read(db, (tx) => tx.get("", id))).toBeNull();
  });

  test("the commit timestamp is filled in when it is known", () => {
    const placeholder = { $commitTs: null };
    const id = insert("t", { at: placeholder, log: [placeholder] });
    expect(read(db, (tx) => tx.get("", id)?.value)).toMatchObject({ at: db.latestTs, log: [db.latestTs] });
    write(db, (tx) => {
      tx.patch("", id, { at: placeholder });
      expect(tx.get("", id)?.json).toContain('"at":{"$commitTs":null}');
    });
    expect(read(db, (tx) => tx.get("", id)?.value["at"])).toBe(db.latestTs);
  });

  test("namespaces have their own tables and numbers", () => {
    const root = insert("t", { where: "root" });
    insert("other", {});
    const child = insert("other", { where: "child" }, "a/b");
    read(db, (tx) => {
      expect(decodeId(root).tableNumber).toBe(10_001);
      expect(decodeId(child).tableNumber).toBe(10_001);
      expect([tx.tableNumber("", "other"), tx.tableNumber("a/b", "other"), tx.tableNumber("a/b", "t")]).toEqual([
        10_002,
        10_001,
        null,
      ]);
      expect(tx.get("", child)).toBeNull();
      expect(collect(tx, scanQuery("other"), "a/b").map(({ value }) => value["where"])).toEqual(["child"]);
      expect(tx.tableName("", 10_002)).toBe("other");
      expect(tx.tableName("", 9)).toBe("_storage");
      expect(tx.tableName("", 10_777)).toBeNull();
      expect(tx.listTables("")).toEqual(["other", "t"]);
    });
  });

  test("a rolled-back table takes its number back", () => {
    const tx = db.begin();
    const savepoint = tx.savepoint();
    tx.insert("", "gone", {});
    tx.rollbackTo(savepoint);
    expect(tx.tableNumber("", "gone")).toBeNull();
    const id = tx.insert("", "kept", {});
    expect(decodeId(id).tableNumber).toBe(10_001);
    db.commit(tx, null);
    expect(read(db, (after) => after.listTables(""))).toEqual(["kept"]);
  });

  test("nested savepoints", () => {
    const id = insert("t", { n: 0 });
    write(db, (tx) => {
      const outer = tx.savepoint();
      tx.patch("", id, { n: 1 });
      const inner = tx.savepoint();
      tx.patch("", id, { n: 2 });
      const extra = tx.insert("", "t", { n: 3 });
      tx.rollbackTo(inner);
      expect(tx.get("", id)?.value["n"]).toBe(1);
      expect(tx.get("", extra)).toBeNull();
      tx.rollbackTo(outer);
      expect(tx.get("", id)?.value["n"]).toBe(0);
      expect(tx.count("", "t")).toBe(1);
    });
    expect(read(db, (tx) => tx.get("", id)?.value["n"])).toBe(0);
  });

  test("an older snapshot can be asked for, and sees what was then", () => {
    const id = insert("t", { n: 1 });
    const then = db.latestTs;
    write(db, (tx) => tx.patch("", id, { n: 2 }));
    insert("later", {});
    write(db, (tx) => tx.remove("", id));
    const old = db.begin({ readOnly: true, at: then });
    expect(old.get("", id)?.value["n"]).toBe(1);
    expect(old.count("", "t")).toBe(1);
    expect(old.listTables("")).toEqual(["t"]);
    expect(read(db, (tx) => tx.get("", id))).toBeNull();
    db.abandon(old);
    expect(() => old.get("", id)).toThrow("The transaction has ended");
  });
});

describe("errors", () => {
  const patchMissing = (tx: Transaction, id: string) => tx.patch("", id, {});
  test.each<[string, (tx: Transaction, id: string, gone: string) => unknown, string]>([
    ["undecodable id", (tx) => tx.get("", "abc"), "Invalid argument `id` for `db.get`: Unable to decode ID: Invalid ID length 3"],
    ["undecodable id in delete", (tx) => tx.remove("", "u".repeat(32)), "Invalid argument `id` for `db.delete`: Unable to decode ID: ID wasn't valid base32"],
    ["wrong table", (tx, id) => tx.get("", id, { table: "u" }), 'Invalid argument `id` for `db.get`: expected to be an Id<"u">, got Id<"t"> instead.'],
    ["wrong table in patch", (tx, id) => tx.patch("", id, {}, "u"), 'Invalid argument `id` for `db.patch`: expected to be an Id<"u">, got Id<"t"> instead.'],
    ["user id through db.system", (tx, id) => tx.get("", id, { isSystem: true }), "User tables cannot be accessed with db.system."],
    ["system id through db", (tx) => tx.get("", encodeId(generateIdBytes(9, 0))), "System tables can only be accessed with db.system."],
    ["patch of nothing", (tx, _id, gone) => tx.patch("", gone, {}), "Update on nonexistent document ID GONE"],
    ["replace of nothing", (tx, _id, gone) => tx.replace("", gone, {}), "Replace on nonexistent document ID GONE"],
    ["delete of nothing", (tx, _id, gone) => tx.remove("", gone), "Delete on nonexistent document ID GONE"],
    ["write to no table", (tx) => patchMissing(tx, encodeId(generateIdBytes(10_777, 0))), "not found"],
    ["write to a private table", (tx) => patchMissing(tx, encodeId(generateIdBytes(4, 0))), "not found"],
    ["insert into a system table", (tx) => tx.insert("", "_storage", {}), "_storage is a read-only table"],
    ["insert into an underscore table", (tx) => tx.insert("", "_x", {}), "Invalid table name _x starts with metadata prefix '_'"],
    ["bad table name", (tx) => tx.insert("", "a-b", {}), 'Invalid table name: "a-b". Identifiers must start with a letter'],
    ["bad field name", (tx) => tx.insert("", "t", { $a: 1 }), "Invalid argument `value` for `db.insert`: Field name $a starts with '$', which is reserved."],
    ["underscore field", (tx) => tx.insert("", "t", { _a: 1 }), "Field '_a' starts with an underscore"],
    ["no object", (tx) => tx.insert("", "t", [1]), "Invalid argument `value` for `db.insert`: Value must be an Object"],
    ["id in insert", (tx) => tx.insert("", "t", { _id: "x" }), "Invalid argument `value` for `db.insert`"],
    ["another id in replace", (tx, id) => tx.replace("", id, { _id: "x" }), "doesn't match '_id' field"],
    ["another creation time", (tx, id) => tx.patch("", id, { _creationTime: 1 }), "doesn't match '_creationTime' field"],
    ["too large", (tx) => tx.insert("", "t", { text: "x".repeat(1 << 20) }), "Value is too large (1.00 MiB > maximum size 1 MiB)"],
    ["unknown index", (tx) => collect(tx, rangeQuery("t.by_x", [])), "Index t.by_x not found."],
    ["unknown search index", (tx) => collect(tx, { source: { type: "Search", indexName: "t.s", filters: [] }, operators: [] }), "Index t.s not found."],
    ["too many operators", (tx) => collect(tx, scanQuery("t", "asc", Array<JSONValue>(257).fill({ limit: 1 }))), "Query has too many operators: 257"],
  ])("%s", (_name, act, text) => {
    const id = insert("t", {});
    insert("u", {});
    const gone = insert("t", {});
    write(db, (tx) => tx.remove("", gone));
    const tx = db.begin();
    expect(() => act(tx, id, gone)).toThrow(text.replace("GONE", gone));
    db.abandon(tx);
  }); // prettier-ignore

  test("what is missing is null or empty, not an error", () => {
    insert("t", {});
    read(db, (tx) => {
      expect(tx.get("", encodeId(generateIdBytes(10_777, 0)))).toBeNull();
      expect(tx.get("", encodeId(generateIdBytes(4, 0)))).toBeNull();
      expect(collect(tx, scanQuery("nowhere"))).toEqual([]);
      expect(collect(tx, scanQuery("_modules"))).toEqual([]);
      expect(collect(tx, scanQuery("_storage"))).toEqual([]);
      expect(tx.count("", "nowhere")).toBe(0);
    });
  });

  test("normalizeId", () => {
    const id = insert("t", {});
    const stored = write(db, (tx) => tx.system.insert("", "_storage", { size: 1n }));
    read(db, (tx) => {
      expect(tx.normalizeId("", "t", id)).toBe(id);
      expect(tx.normalizeId("", "u", id)).toBeNull();
      expect(tx.normalizeId("", "t", "junk")).toBeNull();
      expect(tx.normalizeId("", "_storage", stored)).toBe(stored);
      expect(tx.normalizeId("", "_modules", encodeId(generateIdBytes(2, 0)))).toBeNull();
      expect(tx.get("", stored, { isSystem: true })?.value["size"]).toBe(1n);
    });
  });
});

describe("index ranges", () => {
  beforeEach(async () => {
    await push(db, schemaJson(tableJson("t", { indexes: [{ indexDescriptor: "by_ab", fields: ["a", "b"] }] })));
  });

  test.each<[string, Parameters<typeof rangeQuery>[1], string]>([
    ["skipped field", [["Eq", "b", 1]], 'Tried to query index t.by_ab but the query didn\'t use the index fields in order.\nIndex fields: ["a", "b"]\nQuery fields: ["b"]\nFirst incorrect field: b\nFor more information see https://docs.convex.dev/using/indexes.'],
    ["foreign field", [["Eq", "c", 1]], 'The index range included a comparison with "c", but t.by_ab with fields ["a", "b"] doesn\'t index this field.'],
    ["bounds on two fields", [["Gt", "a", 1], ["Lt", "b", 1]], 'attempted to set a range bound on both "a" and "b".'],
    ["two lower bounds", [["Gt", "a", 1], ["Gte", "a", 1]], 'Already defined lower bound in index range. Can\'t add "a" >= 1.'],
    ["two equalities", [["Eq", "a", 1], ["Eq", "a", 2]], 'Already defined equality bound in index range. Can\'t add "a" == 2.'],
    ["range before equality", [["Gt", "a", 1], ["Eq", "b", 2]], "didn't use the index fields in order"],
  ])("refuses: %s", (_name, steps, text) => {
    expect(() => read(db, (tx) => collect(tx, rangeQuery("t.by_ab", steps)))).toThrow(text);
  }); // prettier-ignore

  test("built-in indexes and the implicit last field", () => {
    const ids = write(db, (tx) => [1, 2, 3].map((a) => tx.insert("", "t", { a: 1, b: a })));
    const [first, second] = read(db, (tx) => collect(tx, scanQuery("t")));
    const secondTime = Number(second?.value["_creationTime"]);
    const idsOf = (query: JSONValue) => read(db, (tx) => collect(tx, query).map(({ id }) => id));
    expect(idsOf(rangeQuery("t.by_creation_time", [["Gte", "_creationTime", secondTime]]))).toEqual(ids.slice(1));
    expect(idsOf(rangeQuery("t.by_id", [["Eq", "_id", ids[1]]]))).toEqual([ids[1]]);
    expect(idsOf(rangeQuery("t.by_id", [["Gt", "_id", 5]]))).toEqual([...ids].sort());
    expect(idsOf(rangeQuery("t.by_ab", [["Eq", "a", 1], ["Eq", "b", 1], ["Lt", "_creationTime", secondTime]]))).toEqual([first?.id]); // prettier-ignore
  });

  test("after the creation time the id may be ranged on, as paginators do that resume at a row", () => {
    const ids = write(db, (tx) => [1, 2, 3].map((b) => tx.insert("", "t", { a: 1, b })));
    const times = read(db, (tx) => ids.map((id) => tx.get("", id)?.value["_creationTime"]));
    const found = (index: string, steps: Parameters<typeof rangeQuery>[1]) =>
      read(db, (tx) => collect(tx, rangeQuery(index, steps)).map(({ id }) => id));
    const at = (n: number, bound: "Eq" | "Gt" | "Gte" | "Lt" | "Lte", id: Value | undefined) =>
      found("t.by_creation_time", [["Eq", "_creationTime", times[n]], [bound, "_id", id]]); // prettier-ignore
    expect(at(1, "Eq", ids[1])).toEqual([ids[1]]);
    expect(at(1, "Gte", ids[1])).toEqual([ids[1]]);
    expect(at(1, "Gt", ids[1])).toEqual([]);
    expect(at(1, "Lte", ids[1])).toEqual([ids[1]]);
    expect(at(1, "Lt", ids[1])).toEqual([]);
    expect(at(1, "Gt", null)).toEqual([ids[1]]);
    expect(at(1, "Lt", undefined)).toEqual([]);
    expect(at(1, "Lt", [])).toEqual([ids[1]]);
    const inIndex = found("t.by_ab", [["Eq", "a", 1], ["Eq", "b", 2], ["Eq", "_creationTime", times[1]], ["Gte", "_id", ids[1]]]); // prettier-ignore
    expect(inIndex).toEqual([ids[1]]);
    expect(() => at(1, "Gt", "junk")).toThrow('compares "_id" with "junk", which is no ID');
  });

  test("filters: total order over all types, arithmetic, booleans only", () => {
    write(db, (tx) =>
      [1, 2n, "x", null, true].forEach((a) =>
        tx.insert("", "t", { a: typeof a === "bigint" ? { $integer: "AgAAAAAAAAA=" } : a }),
      ),
    );
    write(db, (tx) => tx.insert("", "t", {}));
    const count = (filter: JSONValue) => read(db, (tx) => collect(tx, scanQuery("t", "asc", [{ filter }])).length);
    const a = { $field: "a" };
    expect(count({ $eq: [a, { $literal: { $undefined: null } }] })).toBe(1);
    expect(count({ $gt: [a, { $literal: null }] })).toBe(4);
    expect(count({ $lt: [a, 1] })).toBe(3);
    expect(count({ $and: [{ $gte: [a, 1] }, { $not: { $eq: [a, "x"] } }] })).toBe(2);
    expect(count({ $or: [{ $eq: [a, true] }, { $eq: [a, null] }] })).toBe(2);
    expect(count({ $eq: [{ $add: [1, { $neg: 1 }] }, 0] })).toBe(6);
    expect(() => count({ $eq: [{ $add: [a, 1] }, 2] })).toThrow("two int64 or two float64");
    expect(() => count({ $and: [1] })).toThrow("needs a boolean");
    expect(() => count({ $div: [{ $literal: { $integer: "AQAAAAAAAAA=" } }, { $literal: { $integer: "AAAAAAAAAAA=" } }] })).toThrow("division by zero"); // prettier-ignore
  });
});

describe("limits", () => {
  const fill = (rows: number, value: JSONValue) =>
    write(db, (tx) => Array.from({ length: rows }, () => tx.insert("", "t", value)));

  test("documents and bytes read, index ranges", () => {
    for (let i = 0; i < 3; i++) fill(11_000, {});
    expect(() => read(db, (tx) => collect(tx, scanQuery("t")))).toThrow(
      "Too many documents read in a single function execution (limit: 32000). Consider using smaller limits in your queries, paginating your queries, or using indexed queries with a selective index range expressions.",
    );
    expect(() => read(db, (tx) => { for (;;) tx.openQuery("", scanQuery("t")); })).toThrow("Too many reads in a single function execution (limit: 4096). "); // prettier-ignore
  });

  test("bytes", () => {
    const text = "x".repeat(1_000_000);
    fill(9, { text });
    fill(9, { text });
    expect(() => read(db, (tx) => collect(tx, scanQuery("t")))).toThrow(
      "Too many bytes read in a single function execution (limit: 16777216 bytes). ",
    );
    expect(() => fill(17, { text })).toThrow("Too many bytes written in a single function execution (limit: 16 MiB)");
  });

  test("documents written, functions scheduled", () => {
    expect(() => fill(16_001, {})).toThrow("Too many writes in a single function execution (limit: 16000)");
    read(db, (tx) => {
      for (let i = 0; i < 1000; i++) tx.noteScheduled(2);
      expect(() => tx.noteScheduled(2)).toThrow("Too many functions scheduled by this mutation (limit: 1000)");
    });
    expect(() => read(db, (tx) => tx.noteScheduled(17 << 20))).toThrow("(limit: 16777216 bytes)");
  });

  test("metrics count as convex-facts f.1 says; system tables are free", () => {
    const tx = db.begin();
    const id = tx.insert("", "t", {});
    tx.get("", id);
    tx.system.insert("", "_environment_variables", { name: "x" });
    tx.system.rows("", "_environment_variables", "by_name", []);
    const { documentsRead, documentsWritten, databaseQueries } = tx.metrics();
    expect([documentsRead?.used, documentsWritten?.used, databaseQueries?.used]).toEqual([1, 1, 1]);
    expect(documentsRead?.remaining).toBe(31_999);
    db.abandon(tx);
  });
});
