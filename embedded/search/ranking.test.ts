import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "libsql";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  collect,
  openTestDatabase,
  push,
  read,
  schemaJson,
  searchQuery,
  tableJson,
  write,
} from "../database/testing.ts";
import type { Database } from "../database/types.ts";
import { packBlock, unpackBlock, type Posting } from "./posting-block.ts";
import { bestRanked, compareRanked, PostingList, termFrequency } from "./ranking.ts";

// Against scoring every document, with so many documents that terms are packed.

const DOCUMENTS = 3_000;
const CHANGES = 400;
// The first are in half of the documents, the last in one of some hundred.
const WORDS = ["und", "und", "und", "und", "die", "die", "boot", "bote", "hafen", "segel", "kurs", "leine", "anker"];
const RARE = ["zander", "zange", "zauber"];
const SCHEMA = schemaJson(
  tableJson("t", { searchIndexes: [{ indexDescriptor: "s", searchField: "text", filterFields: ["org", "kind"] }] }),
);

interface Written {
  id: string;
  text: string;
  org: string;
  kind: string;
  created: number;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "switchboard-ranking-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Numbers from 0 to below 1, the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function randomText(random: () => number): string {
  const words = Array.from({ length: 1 + Math.floor(random() ** 2 * 30) }, () =>
    random() < 0.01 ? RARE[Math.floor(random() * RARE.length)] : WORDS[Math.floor(random() * WORDS.length)],
  );
  return words.join(" ");
}

/** Adds, changes and removes documents, some of each after many have been packed. */
function fill(db: Database, random: () => number): Written[] {
  const all = new Map<string, Omit<Written, "created">>();
  const fields = () => ({
    text: randomText(random),
    org: random() < 0.8 ? "a" : "b",
    kind: random() < 0.5 ? "x" : "y",
  });
  const add = () =>
    write(db, (tx) => {
      for (let i = 0; i < 100; i++) {
        const doc = fields();
        const id = tx.insert("", "t", doc);
        all.set(id, { id, ...doc });
      }
    });
  for (let i = 0; i < DOCUMENTS; i += 100) {
    add();
    if (i % 1000 !== 500) continue;
    write(db, (tx) => {
      for (const id of [...all.keys()].filter(() => random() < CHANGES / DOCUMENTS)) {
        if (random() < 0.3) {
          tx.remove("", id);
          all.delete(id);
        } else {
          const doc = fields();
          tx.patch("", id, doc);
          all.set(id, { id, ...doc });
        }
      }
    });
  }
  return read(db, (tx) =>
    [...all.values()].map((doc) => ({ ...doc, created: Number(tx.get("", doc.id)?.value["_creationTime"]) })),
  );
}

/** Every document with its score, best first. */
function scored(documents: readonly Written[], query: string, equals: { org?: string; kind?: string }): string[] {
  const part = documents.filter(({ org }) => equals.org === undefined || org === equals.org);
  const tokens = new Map(part.map(({ id, text }) => [id, text.split(" ")]));
  const terms = query.split(" ");
  const last = terms.at(-1) ?? "";
  const known = [...new Set([...tokens.values()].flat())].filter((word) => word.startsWith(last)).sort();
  const weights = new Map<string, number>(terms.map((term) => [term, 1]));
  for (const term of known) if (!weights.has(term)) weights.set(term, 0.5);
  const average = [...tokens.values()].reduce((sum, { length }) => sum + length, 0) / part.length;
  const idf = new Map<string, number>();
  for (const term of weights.keys()) {
    const found = [...tokens.values()].filter((words) => words.includes(term)).length;
    idf.set(term, Math.log(1 + (part.length - found + 0.5) / (found + 0.5)));
  }
  const hits = part.map((doc) => {
    const words = tokens.get(doc.id) ?? [];
    let score = 0;
    for (const [term, weight] of weights) {
      const tf = words.filter((word) => word === term).length;
      if (tf > 0) {
        score +=
          weight * (idf.get(term) ?? 0) * ((tf * 2.2) / (tf + 1.2 * (1 - 0.75 + (0.75 * words.length) / average)));
      }
    }
    return { ...doc, score };
  });
  return hits
    .filter(({ score, kind }) => score > 0 && (equals.kind === undefined || kind === equals.kind))
    .sort((a, b) => b.score - a.score || b.created - a.created)
    .map(({ id }) => id);
}

/** Writes the blocks as the format before had them. */
function makeOlder(file: Sqlite.Database): void {
  file.exec(`UPDATE meta SET value = '1' WHERE key = 'format';
    CREATE TABLE posting_blocks (ix INTEGER NOT NULL, part BLOB NOT NULL, term BLOB NOT NULL, first INTEGER NOT NULL,
    last INTEGER NOT NULL, size INTEGER NOT NULL, max_tf INTEGER NOT NULL, min_length INTEGER NOT NULL,
    newest REAL NOT NULL, data BLOB NOT NULL, PRIMARY KEY (ix, part, term, first)) WITHOUT ROWID`);
  const insert = file.prepare("INSERT INTO posting_blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const rows = file
    .prepare(
      "SELECT ix, part, term, first, last, size, newest, data, times FROM packed_postings JOIN posting_data USING (block)",
    )
    .raw(true);
  for (const row of rows.all() as [number, Buffer, Buffer, number, number, number, number, Buffer, Buffer][]) {
    const [ix, part, term, first, last, size, newest, data, times] = row;
    const facts = { first, last, size, newest, peaks: Buffer.alloc(0) };
    const { docs, tfs, lengths, filters, filterBytes } = unpackBlock(facts, data, () => times);
    const header = Buffer.from(new Uint32Array([2, filterBytes]).buffer);
    const columns = [Uint32Array.from(docs), Uint16Array.from(tfs), Uint16Array.from(lengths), filters].map((column) =>
      Buffer.from(column.slice().buffer),
    );
    const older = Buffer.concat([header, times, ...columns]);
    insert.run([ix, part, term, first, last, size, Math.max(...tfs), Math.min(...lengths), newest, older]);
  }
  file.exec("DROP TABLE packed_postings; DROP TABLE posting_data");
}

const QUERIES = ["und", "die und", "und zander", "boot bo", "z", "anker leine kurs segel hafen", "zauber zange u", "x"];
const FILTERS = [{}, { org: "a" }, { org: "a", kind: "y" }, { kind: "x" }];

function check(db: Database, documents: readonly Written[]): void {
  for (const query of QUERIES) {
    for (const equals of FILTERS) {
      const wanted = scored(documents, query, equals);
      for (const limit of [1, 30, 700]) {
        const asked = { ...(searchQuery("t.s", "text", query, equals) as object), operators: [{ limit }] };
        const found = read(db, (tx) => collect(tx, JSON.parse(JSON.stringify(asked))).map(({ id }) => id));
        expect(found, `${query} ${JSON.stringify(equals)} ${limit}`).toEqual(wanted.slice(0, limit));
      }
    }
  }
}

const posting = fc.record({ tf: fc.integer({ min: 1, max: 4 }), isThere: fc.boolean() });
const document = fc.record({
  gap: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.integer({ min: 60_000, max: 70_000 })),
  length: fc.integer({ min: 4, max: 12 }),
  created: fc.integer({ min: 1, max: 20 }),
  terms: fc.array(posting, { minLength: 3, maxLength: 3 }),
});

/** A list cut into blocks, and how many of them were read. */
function listOf(
  postings: readonly Posting[],
  perBlock: number,
  factor: number,
): { list: PostingList; reads: () => number } {
  const blocks = Array.from({ length: Math.ceil(postings.length / perBlock) }, (_, i) =>
    packBlock(postings.slice(i * perBlock, (i + 1) * perBlock)),
  );
  let reads = 0;
  const list = new PostingList(
    blocks.map(({ facts }) => facts),
    (position) => {
      reads++;
      const block = blocks[position];
      if (block === undefined) throw new Error("No such block");
      return unpackBlock(block.facts, block.data, () => block.times);
    },
  );
  list.factor = factor;
  return { list, reads: () => reads };
}

const ALL = { isLeftOut: () => false, hasDigests: null };

describe("windows that cannot hold a better one", () => {
  test("are left out, and nothing else", () => {
    fc.assert(
      fc.property(
        fc.array(document, { maxLength: 60, size: "max" }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 12 }),
        (documents, perBlock, limit) => {
          let row = 0;
          const rows = documents.map((one) => ({ ...one, doc: (row += one.gap) }));
          const factors = [0.3, 1.1, 2];
          const lists = factors.map((factor, term) => {
            const postings = rows.flatMap(({ doc, length, created, terms }) =>
              terms[term]?.isThere === true
                ? [{ doc, tf: terms[term].tf, length, created, filters: Buffer.alloc(0) }]
                : [],
            );
            return listOf(postings, perBlock, factor).list;
          });
          const wanted = rows
            .map(({ doc: rowid, length, created, terms }) => ({
              rowid,
              created,
              score: factors.reduce((sum, factor, term) => {
                const { tf, isThere } = terms[term] ?? { tf: 0, isThere: false };
                return isThere ? sum + factor * termFrequency(tf, length, 7) : sum;
              }, 0),
            }))
            .filter(({ score }) => score > 0)
            .sort(compareRanked)
            .slice(0, limit);
          expect(bestRanked({ ...ALL, lists, averageLength: 7, limit })).toEqual(wanted);
        },
      ),
      { numRuns: 500, seed: 5 },
    );
  });

  test("cost nothing where the newest are as good as any", () => {
    const postings = Array.from({ length: 10_000 }, (_, i) => {
      return { doc: i + 1, tf: 1, length: 5, created: i, filters: Buffer.alloc(0) };
    });
    const { list, reads } = listOf(postings, 100, 1);
    expect(bestRanked({ ...ALL, lists: [list], averageLength: 5, limit: 50 })).toHaveLength(50);
    expect(reads()).toBe(1);
  });
});

describe("the best of many", () => {
  test("are those that scoring every document gives, also after a restart", async () => {
    const path = join(folder, "database.sqlite");
    const { db } = openTestDatabase(path);
    await push(db, SCHEMA);
    const documents = fill(db, seeded(1));
    check(db, documents);
    await db.close();
    const file = new Sqlite(path);
    const [{ blocks }] = file.prepare("SELECT count(*) AS blocks FROM packed_postings").all() as [{ blocks: number }];
    file.close();
    expect(blocks).toBeGreaterThan(10);
    const { db: again } = openTestDatabase(path);
    check(again, documents);
    await again.close();
  });

  test("are found in a file of before too, whose blocks are packed anew", async () => {
    const path = join(folder, "database.sqlite");
    const { db } = openTestDatabase(path);
    await push(db, SCHEMA);
    const documents = fill(db, seeded(2));
    await db.close();
    const file = new Sqlite(path);
    makeOlder(file);
    file.close();
    const { db: again } = openTestDatabase(path);
    check(again, documents);
    await again.close();
    const after = new Sqlite(path);
    expect(after.prepare("SELECT value FROM meta WHERE key = 'format'").raw(true).get()).toEqual(["2"]);
    expect(after.prepare("SELECT 1 FROM sqlite_master WHERE name = 'posting_blocks'").get()).toBeUndefined();
    after.close();
  });

  test("leave nothing behind when their index is removed", async () => {
    const path = join(folder, "database.sqlite");
    const { db } = openTestDatabase(path);
    await push(db, SCHEMA);
    fill(db, seeded(4));
    await push(db, schemaJson(tableJson("t")));
    await db.close();
    // What was let go of is removed after a start, a slice a turn.
    const { db: again } = openTestDatabase(path);
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    await again.close();
    const file = new Sqlite(path);
    for (const table of ["postings", "packed_postings", "posting_data", "search_parts"]) {
      expect(file.prepare(`SELECT count(*) FROM ${table}`).raw(true).get(), table).toEqual([0]);
    }
    file.close();
  });

  test("a search that drops hits goes on beyond its limit", async () => {
    const { db } = openTestDatabase(join(folder, "database.sqlite"));
    await push(db, SCHEMA);
    const documents = fill(db, seeded(3));
    const wanted = scored(documents, "und", { org: "a" }).filter(
      (id) => documents.find((doc) => doc.id === id)?.kind === "y",
    );
    const asked = searchQuery("t.s", "text", "und", { org: "a" }) as { operators: unknown[] };
    const filter = { $eq: [{ $field: "kind" }, { $literal: "y" }] };
    const found = read(db, (tx) =>
      collect(tx, JSON.parse(JSON.stringify({ ...asked, operators: [{ filter }, { limit: 40 }] }))).map(({ id }) => id),
    );
    expect(found).toEqual(wanted.slice(0, 40));
    await db.close();
  });
});
