import type { JSONValue } from "convex/values";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  collect,
  openTestDatabase,
  push,
  rangeQuery,
  read,
  scanQuery,
  schemaJson,
  searchQuery,
  tableJson,
  write,
} from "./testing.ts";
import { GRACE_MS } from "./retirement.ts";
import type { Database, SchemaJson, TableJson } from "./types.ts";

const field = (type: string, optional = false): JSONValue => ({ fieldType: { type }, optional });
const objectType = (fields: { [name: string]: JSONValue }): JSONValue => ({ type: "object", value: fields });
const byN = { indexDescriptor: "by_n", fields: ["n"] };
const byText = { indexDescriptor: "search_text", searchField: "text", filterFields: ["n"] };

function fill(
  db: Database,
  rows: number,
  make: (n: number) => { [name: string]: JSONValue } = (n) => ({ n }),
): string[] {
  return write(db, (tx) => Array.from({ length: rows }, (_, n) => tx.insert("", "t", make(n))));
}

const numbers = (db: Database) =>
  read(db, (tx) => collect(tx, rangeQuery("t.by_n", [])).map(({ value }) => value["n"]));
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe("pushing a schema", () => {
  test("an index over existing documents is built, then usable; not before", async () => {
    const { db } = openTestDatabase();
    fill(db, 1000, (n) => ({ n: (n * 7919) % 1000 }));
    const schema = schemaJson(tableJson("t", { indexes: [byN] }));
    const preparation = db.prepareSchema("", schema);
    expect(preparation.diff).toMatchObject({
      added_indexes: [{ name: "t.by_n", type: "database", fields: ["n", "_creationTime"] }],
      removed_indexes: [],
    });
    expect(preparation.progress()).toEqual({ schemaValidationComplete: false, indexesComplete: 0, indexesTotal: 1 });
    expect(await preparation.done).toEqual({ ok: true });
    expect(preparation.progress()).toEqual({ schemaValidationComplete: true, indexesComplete: 1, indexesTotal: 1 });
    expect(() => numbers(db)).toThrow("Index t.by_n not found.");
    write(db, (tx) => db.activateSchema(tx, "", schema));
    expect(numbers(db)).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    expect(db.schemaOf("")).toEqual(schema);
  });

  test("documents written while the index is built are in it, once, as they are now", async () => {
    const { db } = openTestDatabase();
    const ids = fill(db, 2000, (n) => ({ n, text: `word${n}` }));
    const schema = schemaJson(tableJson("t", { indexes: [byN], searchIndexes: [byText] }));
    const preparation = db.prepareSchema("", schema);
    for (let round = 0; round < 12; round++) {
      await nextTurn();
      write(db, (tx) => {
        tx.remove("", ids[round] ?? "");
        tx.remove("", ids[1999 - round] ?? "");
        tx.patch("", ids[100 + round] ?? "", { n: 5000 + round, text: `changed${round}` });
        tx.patch("", ids[1900 - round] ?? "", { n: 6000 + round });
        tx.insert("", "t", { n: 7000 + round, text: `new${round}` });
      });
    }
    expect(await preparation.done).toEqual({ ok: true });
    write(db, (tx) => tx.patch("", ids[500] ?? "", { n: -1 }));
    write(db, (tx) => db.activateSchema(tx, "", schema));
    const expected = read(db, (tx) => collect(tx, scanQuery("t")).map(({ value }) => Number(value["n"]))).sort(
      (a, b) => a - b,
    );
    expect(expected).toHaveLength(1988);
    expect(numbers(db)).toEqual(expected);
    const found = (text: string) => read(db, (tx) => collect(tx, searchQuery("t.search_text", "text", text)).length);
    // A last term that matches nothing, so that the first is not taken for a prefix.
    const exact = ["changed3", "new11", "word700", "word102"].map((word) => found(`${word} zzz`));
    expect(exact).toEqual([1, 1, 1, 0]);
  });

  test("a document that does not fit refuses the push, with the document named", async () => {
    const { db } = openTestDatabase();
    const ids = fill(db, 3, (n) => (n === 1 ? { n: "one" } : { n }));
    const schema = schemaJson(tableJson("t", { documentType: objectType({ n: field("number") }) }));
    await expect(push(db, schema)).rejects.toThrow(
      `Document with ID "${ids[1]}" in table "t" does not match the schema: Value does not match validator.\nPath: .n\nValue: "one"\nValidator: v.float64()`,
    );
    expect(await db.prepareSchema("", schema).done).toMatchObject({ ok: false, table: "t" });
    expect(db.schemaOf("")).toBeNull();
    expect(() => write(db, (tx) => db.activateSchema(tx, "", schema))).toThrow("does not match the schema");
    write(db, (tx) => tx.patch("", ids[1] ?? "", { n: 1 }));
    await push(db, schema);
    expect(() => write(db, (tx) => tx.insert("", "t", { n: "x" }))).toThrow(
      'Failed to insert or update a document in table "t" because it does not match the schema: Value does not match validator.',
    );
    expect(() => write(db, (tx) => tx.patch("", ids[0] ?? "", { extra: 1 }))).toThrow(
      "Object contains extra field `extra`",
    );
    expect(() => write(db, (tx) => tx.replace("", ids[0] ?? "", {}))).toThrow("missing the required field `n`");
    write(db, (tx) => tx.insert("", "undeclared", { anything: 1 }));
  });

  test("a document written after its table was checked is checked too", async () => {
    const { db } = openTestDatabase();
    fill(db, 1);
    const schema = schemaJson(tableJson("t", { documentType: objectType({ n: field("number") }) }));
    expect(await db.prepareSchema("", schema).done).toEqual({ ok: true });
    write(db, (tx) => tx.insert("", "t", { n: null }));
    expect(() => write(db, (tx) => db.activateSchema(tx, "", schema))).toThrow("does not match the schema");
    const tx = db.begin();
    expect(() => db.activateSchema(tx, "", schemaJson(tableJson("other")))).toThrow("Please push again");
    db.abandon(tx);
  });

  test("tables are created empty by the push, also one that appears while it is prepared", async () => {
    const { db } = openTestDatabase();
    const schema = schemaJson(tableJson("a"), tableJson("t", { indexes: [byN], searchIndexes: [byText] }));
    const preparation = db.prepareSchema("", schema);
    fill(db, 3, (n) => ({ n, text: "hello" }));
    await preparation.done;
    write(db, (tx) => db.activateSchema(tx, "", schema));
    expect(read(db, (tx) => [tx.tableNumber("", "t"), tx.tableNumber("", "a")])).toEqual([10_001, 10_002]);
    expect(numbers(db)).toEqual([0, 1, 2]);
    expect(read(db, (tx) => collect(tx, searchQuery("t.search_text", "text", "hel")).length)).toBe(3);
  });

  test("removed and changed indexes", async () => {
    const { db } = openTestDatabase();
    fill(db, 5);
    await push(db, schemaJson(tableJson("t", { indexes: [byN], searchIndexes: [byText] })));
    const changed = schemaJson(tableJson("t", { indexes: [{ indexDescriptor: "by_n", fields: ["m", "n"] }] }));
    const preparation = db.prepareSchema("", changed);
    expect(preparation.diff.added_indexes).toEqual([
      { name: "t.by_n", type: "database", fields: ["m", "n", "_creationTime"] },
    ]);
    expect(preparation.diff.removed_indexes).toHaveLength(2);
    await preparation.done;
    write(db, (tx) => db.activateSchema(tx, "", changed));
    expect(read(db, (tx) => collect(tx, rangeQuery("t.by_n", [["Eq", "m", undefined], ["Gt", "n", 2]])).length)).toBe(2); // prettier-ignore
    await push(db, null);
    expect(db.schemaOf("")).toBeNull();
    expect(() => numbers(db)).toThrow("Index t.by_n not found.");
  });

  test("staged indexes are built but closed until they are enabled", async () => {
    const { db } = openTestDatabase();
    fill(db, 5);
    await push(db, schemaJson(tableJson("t", { stagedDbIndexes: [byN] })));
    fill(db, 1, () => ({ n: 9 }));
    expect(() => numbers(db)).toThrow(
      "Index t.by_n is currently staged and not available to query until it is enabled.",
    );
    const enabled = schemaJson(tableJson("t", { indexes: [byN] }));
    expect(db.prepareSchema("", enabled).diff).toMatchObject({
      added_indexes: [],
      enabled_indexes: [{ name: "t.by_n" }],
    });
    await push(db, enabled);
    expect(numbers(db)).toEqual([0, 1, 2, 3, 4, 9]);
  });

  test("a push invalidates queries over the tables it changes, and only those", async () => {
    const { db } = openTestDatabase();
    fill(db, 1);
    write(db, (tx) => tx.insert("", "u", {}));
    const told: string[] = [];
    for (const table of ["t", "u"]) {
      const tx = db.begin({ readOnly: true });
      collect(tx, scanQuery(table));
      db.subscribe(tx.reads, tx.beginTs, () => told.push(table));
    }
    await push(db, schemaJson(tableJson("t", { indexes: [byN] })));
    await db.durable(db.latestTs);
    expect(told).toEqual(["t"]);
  });

  test("a snapshot from before the push keeps the indexes it had", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const { db } = openTestDatabase();
    const ids = fill(db, 5, (n) => ({ n, text: "hello" }));
    await push(db, schemaJson(tableJson("t", { indexes: [byN], searchIndexes: [byText] })));
    const old = db.begin({ readOnly: true });
    const before = db.latestTs;
    await push(db, null);
    write(db, (tx) => ids.slice(1).forEach((id) => tx.remove("", id)));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(collect(old, rangeQuery("t.by_n", [])).map(({ value }) => value["n"])).toEqual([0, 1, 2, 3, 4]);
    expect(collect(old, searchQuery("t.search_text", "text", "hello"))).toHaveLength(5);
    db.abandon(old);
    // Someone may be about to open one.
    db.abandon(db.begin({ at: before }));
    vi.advanceTimersByTime(GRACE_MS);
    expect(() => db.begin({ at: before })).toThrow("is no longer kept");
    await push(db, schemaJson(tableJson("t", { indexes: [byN] })));
    expect(numbers(db)).toEqual([0]);
  });

  test("vector indexes are recorded", async () => {
    const { db } = openTestDatabase();
    const vectors = [{ indexDescriptor: "by_v", vectorField: "v", dimensions: 3, filterFields: [] }];
    const schema = schemaJson(tableJson("t", { vectorIndexes: vectors }));
    expect(db.prepareSchema("", schema).diff.added_indexes).toEqual([
      { name: "t.by_v", type: "vector", dimensions: 3, vectorField: "v", filterFields: [] },
    ]);
    await push(db, schema);
    expect(db.schemaOf("")?.tables[0]?.vectorIndexes).toEqual(vectors);
  });

  test("the same schema twice changes nothing; another one replaces a running preparation", async () => {
    const { db } = openTestDatabase();
    fill(db, 3000);
    const first = schemaJson(tableJson("t", { indexes: [byN] }));
    const running = db.prepareSchema("", first);
    expect(db.prepareSchema("", first)).toBe(running);
    const second = schemaJson(tableJson("t", { indexes: [{ indexDescriptor: "by_m", fields: ["m"] }] }));
    await push(db, second);
    expect(await running.done).toMatchObject({ ok: false });
    expect(() => write(db, (tx) => db.activateSchema(tx, "", first))).toThrow("Please push again");
    const before = db.latestTs;
    await push(db, second);
    expect(db.latestTs).toBe(before);
  });
});

describe("schema rules of convex-facts f.3", () => {
  const table = (parts: Partial<TableJson>) => schemaJson(tableJson("t", parts));
  const index = (indexDescriptor: string, ...fields: string[]) => ({ indexDescriptor, fields });
  test.each<[string, SchemaJson]>([
    ["TableNameReserved", schemaJson(tableJson("_t"))],
    ["InvalidTableName", schemaJson(tableJson("a b"))],
    ["InvalidTopLevelTypeInSchemaError", table({ documentType: { type: "string" } })],
    ["TooManyIndexes", table({ indexes: Array.from({ length: 65 }, (_, n) => index(`i${n}`, `f${n}`)) })],
    ["IndexTooManyFields", table({ indexes: [index("i", ...Array.from({ length: 17 }, (_, n) => `f${n}`))] })],
    ["EmptyIndex", table({ indexes: [index("i")] })],
    ["FieldsNotUniqueWithinIndex", table({ indexes: [index("i", "a", "a")] })],
    ["IndexNotUnique", table({ indexes: [index("i", "a"), index("j", "a")] })],
    ["IndexNamesNotUnique", table({ indexes: [index("i", "a"), index("i", "b")] })],
    ["IndexNameReserved", table({ indexes: [index("by_id", "a")] })],
    ["InvalidIndexName", table({ indexes: [index("a-b", "a")] })],
    ["IndexFieldsContainId", table({ indexes: [index("i", "_id")] })],
    ["IndexFieldsContainCreationTime", table({ indexes: [index("i", "_creationTime")] })],
    ["IndexFieldNameReserved", table({ indexes: [index("i", "_x")] })],
    ["InvalidIndexField", table({ indexes: [index("i", "a..b")] })],
    ["SchemaDefinitionError", table({ indexes: [index("i", "b")], documentType: objectType({ a: field("any") }) })],
    ["SearchIndexFieldNotUnique", table({ searchIndexes: [byText, { ...byText, indexDescriptor: "again" }] })],
    ["IndexTooManyFilterFields", table({ searchIndexes: [{ ...byText, filterFields: Array.from({ length: 17 }, (_, n) => `f${n}`) }] })],
    ["InvalidVectorDimensionError", table({ vectorIndexes: [{ indexDescriptor: "v", vectorField: "v", dimensions: 1, filterFields: [] }] })],
  ])("%s", (code, schema) => {
    const { db } = openTestDatabase();
    expect(() => db.prepareSchema("", schema)).toThrow(expect.objectContaining({ name: "DeveloperError", code }));
  }); // prettier-ignore

  test("a nested field of a union is found", () => {
    const { db } = openTestDatabase();
    const documentType = {
      type: "union",
      value: [
        objectType({ a: field("string") }),
        objectType({ b: { fieldType: objectType({ c: field("any") }), optional: true } }),
      ],
    };
    expect(() => db.prepareSchema("", table({ indexes: [index("i", "b.c.d", "a")], documentType }))).not.toThrow();
  });
});
