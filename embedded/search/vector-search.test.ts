import { setImmediate as nextTurn } from "node:timers/promises";
import type { JSONValue } from "convex/values";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { openTestDatabase, push, schemaJson, tableJson, write } from "../database/testing.ts";
import type { Database } from "../database/types.ts";

const SCHEMA = schemaJson(
  tableJson("v", {
    vectorIndexes: [{ indexDescriptor: "by_v", vectorField: "at.v", dimensions: 3, filterFields: ["tag", "n"] }],
  }),
);

let open: Database[] = [];

afterEach(async () => {
  await Promise.all(open.map((db) => db.close()));
  open = [];
});

async function openWithIndex(path?: string): Promise<Database> {
  const { db } = openTestDatabase(path);
  open.push(db);
  await push(db, SCHEMA);
  return db;
}

const eq = (field: string, value: JSONValue): JSONValue => ({ $eq: [{ $field: field }, { $literal: value }] });

function search(db: Database, vector: number[], more: { [key: string]: JSONValue } = {}) {
  return db.vectorSearch("", { indexName: "v.by_v", vector, expressions: null, limit: 256, ...more });
}

function insert(db: Database, vector: number[] | null, tag = "x"): string {
  return write(db, (tx) => tx.insert("", "v", vector === null ? { tag } : { tag, at: { v: vector } }));
}

function cosine(a: number[], b: number[]): number {
  const dot = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  const lengths = Math.hypot(...a) * Math.hypot(...b);
  return lengths === 0 ? 0 : dot / lengths;
}

const vectors = fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 }), { maxLength: 30 });

describe("vector search", () => {
  test("answers what comparing every document would", async () => {
    await fc.assert(
      fc.asyncProperty(vectors, vectors, fc.integer({ min: 1, max: 12 }), async (early, late, limit) => {
        const db = await openWithIndex();
        for (const vector of early) insert(db, vector);
        // The index is loaded by this search; what comes later must reach it through commits.
        await search(db, [1, 0, 0]);
        const ids = late.map((vector) => insert(db, vector));
        const [gone] = ids;
        if (gone !== undefined) write(db, (tx) => tx.remove("", gone));
        const all = [...early, ...late.slice(1)];
        const scores = all.map((vector) => cosine(vector, [1, 2, -3])).sort((a, b) => b - a);
        const hits = await search(db, [1, 2, -3], { limit });
        expect(hits).toHaveLength(Math.min(limit, all.length));
        hits.forEach(({ _score }, i) => expect(_score).toBeCloseTo(scores[i] ?? NaN, 5));
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  test("commits made while the index is being read are in it once, in their latest version", async () => {
    const db = await openWithIndex();
    const ids = Array.from({ length: 600 }, () => insert(db, [1, 1, 0]));
    const first = search(db, [0, 0, 1], { limit: 2 });
    const [a = "", b = "", c = ""] = [ids[0], ids[300], ids[599]];
    write(db, (tx) => [a, b, c].forEach((id) => tx.patch("", id, { at: { v: [0, 0, 1] } })));
    await first;
    const hits = await search(db, [0, 0, 1], { limit: 3 });
    expect(new Set(hits.map(({ _id }) => _id))).toEqual(new Set([a, b, c]));
    expect(hits.map(({ _score }) => _score)).toEqual([1, 1, 1]);
  });

  test("filters: one equality or any of several; undefined is a value", async () => {
    const db = await openWithIndex();
    const [x, y] = [insert(db, [1, 0, 0], "x"), insert(db, [1, 1, 0], "y")];
    const numbered = write(db, (tx) => tx.insert("", "v", { tag: "z", n: 1, at: { v: [0, 1, 0] } }));
    const ids = async (expressions: JSONValue) => (await search(db, [1, 0, 0], { expressions })).map(({ _id }) => _id);
    expect(await ids(eq("tag", "y"))).toEqual([y]);
    expect(await ids({ $or: [eq("tag", "x"), eq("n", 1)] })).toEqual([x, numbered]);
    expect(await ids(eq("n", { $undefined: null }))).toEqual([x, y]);
    expect(await ids(eq("n", { $integer: "AQAAAAAAAAA=" }))).toEqual([]);
  });

  test("documents without a fitting vector are not there; they come and go with it", async () => {
    const db = await openWithIndex();
    const id = insert(db, null);
    insert(db, [1, 2]);
    expect(await search(db, [1, 0, 0])).toEqual([]);
    write(db, (tx) => tx.patch("", id, { at: { v: [3, 0, 0] } }));
    expect(await search(db, [1, 0, 0])).toEqual([{ _id: id, _score: 1 }]);
    write(db, (tx) => tx.patch("", id, { at: { $undefined: null } }));
    expect(await search(db, [1, 0, 0])).toEqual([]);
  });

  test("an index that is redefined is read anew, one that is removed is not found", async () => {
    const db = await openWithIndex();
    insert(db, [1, 0, 0]);
    write(db, (tx) => tx.insert("", "v", { w: [0, 1] }));
    expect(await search(db, [1, 0, 0])).toHaveLength(1);
    const vectorIndexes = [{ indexDescriptor: "by_v", vectorField: "w", dimensions: 2, filterFields: [] }];
    await push(db, schemaJson(tableJson("v", { vectorIndexes })));
    expect(await search(db, [0, 1])).toEqual([expect.objectContaining({ _score: 1 })]);
    await push(db, schemaJson(tableJson("v", { stagedVectorIndexes: vectorIndexes })));
    await expect(search(db, [0, 1])).rejects.toThrow("Index v.by_v is currently staged");
    await push(db, schemaJson(tableJson("v")));
    await expect(search(db, [0, 1])).rejects.toThrow("Index v.by_v not found.");
  });

  test("a long search lets other work run", async () => {
    const db = await openWithIndex();
    write(db, (tx) => {
      for (let i = 0; i < 5_000; i++) tx.insert("", "v", { at: { v: [1, i, 0] } });
    });
    let turns = 0;
    const searching = search(db, [1, 0, 0]).then(() => true);
    while (!(await Promise.race([searching, nextTurn(false)]))) turns++;
    expect(turns).toBeGreaterThan(2);
  });

  test.each<[string, { [key: string]: JSONValue }, string]>([
    ["a filter that is no equality", { expressions: { $gt: [{ $field: "n" }, { $literal: 1 }] } }, "must be `q.eq`"],
    ["a vector with something else in it", { vector: [1, "2", 3] }, "vector must be an array of finite float64"],
    ["a fraction of a result", { limit: 1.5 }, "Vector queries can fetch at most 256 results, requested 1.5."],
    ["an index of another kind", { indexName: "v.by_id" }, "Index v.by_id not found."],
  ])("refuses %s", async (_, more, text) => {
    const db = await openWithIndex();
    await expect(search(db, [1, 0, 0], more)).rejects.toThrow(text);
  });
});
