import fc from "fast-check";
import { describe, expect, test } from "vitest";
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
import { tokenize } from "./tokenizer.ts";

const schema = schemaJson(
  tableJson("t", {
    indexes: [{ indexDescriptor: "by_n", fields: ["n"] }],
    searchIndexes: [{ indexDescriptor: "search_text", searchField: "text", filterFields: ["org", "kind.name"] }],
  }),
);

async function openPushed(): Promise<Database> {
  const { db } = openTestDatabase();
  await push(db, schema);
  return db;
}

const insert = (db: Database, text: string, org = "a", kind = "x") =>
  write(db, (tx) => tx.insert("", "t", { text, org, kind: { name: kind } }));
const search = (db: Database, text: string, equals: Parameters<typeof searchQuery>[3] = {}) =>
  read(db, (tx) => collect(tx, searchQuery("t.search_text", "text", text, equals)).map(({ value }) => value["text"]));

describe("tokenize", () => {
  test.each<[string, string[]]>([
    ["Hello, World! it's 42", ["hello", "world", "it", "s", "42"]],
    ["", []],
    ["--- ...", []],
    [`${"a".repeat(31)} ${"b".repeat(32)}`, ["a".repeat(31)]],
  ])("%s", (text, tokens) => {
    expect(tokenize(text)).toEqual(tokens);
  });

  test("letters of every script, as UTF-8", () => {
    expect(tokenize("Über Größe 東京")).toEqual(
      ["über", "größe", "東京"].map((word) => Buffer.from(word).toString("latin1")),
    );
  });
});

describe("text search", () => {
  test("terms are alternatives, the last one also a prefix, nothing is stemmed", async () => {
    const db = await openPushed();
    for (const text of ["red apple", "green apple", "red car", "applesauce", "blue"]) insert(db, text);
    expect(new Set(search(db, "red apple"))).toEqual(new Set(["red apple", "green apple", "red car", "applesauce"]));
    expect(search(db, "red apple")[0]).toBe("red apple");
    expect(search(db, "apple red")).not.toContain("applesauce");
    expect(search(db, "apples")).toEqual(["applesauce"]);
    expect(search(db, "appl")).toHaveLength(3);
    expect(search(db, "  !! ")).toEqual([]);
  });

  test("rarer, more frequent and exact terms come first; ties go to the newest", async () => {
    const db = await openPushed();
    for (const text of ["common rare x", "common x y", "common y z", "common z a"]) insert(db, text);
    expect(search(db, "common rare")[0]).toBe("common rare x");
    const other = await openPushed();
    for (const text of ["cat dog dog", "category dog dog"]) insert(other, text);
    expect(search(other, "cat")).toEqual(["cat dog dog", "category dog dog"]);
    insert(other, "cat cat dog");
    expect(search(other, "cat")[0]).toBe("cat cat dog");
    const ties = await openPushed();
    write(ties, (tx) => ["first", "second", "third"].forEach((org) => tx.insert("", "t", { text: "same words", org })));
    const orgs = read(ties, (tx) =>
      collect(tx, searchQuery("t.search_text", "text", "same")).map(({ value }) => value["org"]),
    );
    expect(orgs).toEqual(["third", "second", "first"]);
  });

  test("filters are exact, on any value, missing included", async () => {
    const db = await openPushed();
    insert(db, "word one", "a", "x");
    insert(db, "word two", "a", "y");
    insert(db, "word three", "b", "x");
    write(db, (tx) => tx.insert("", "t", { text: "word four", org: 0 }));
    write(db, (tx) => tx.insert("", "t", { text: "word five" }));
    expect(new Set(search(db, "word", { org: "a" }))).toEqual(new Set(["word one", "word two"]));
    expect(search(db, "word", { org: "a", "kind.name": "y" })).toEqual(["word two"]);
    expect(new Set(search(db, "word", { "kind.name": "x" }))).toEqual(new Set(["word one", "word three"]));
    expect(search(db, "word", { org: 0 })).toEqual(["word four"]);
    expect(search(db, "word", { org: undefined })).toEqual(["word five"]);
    expect(search(db, "word", { org: -0 })).toEqual([]);
  });

  test("sees its own writes, and the snapshot's documents whatever others commit", async () => {
    const db = await openPushed();
    const kept = insert(db, "fish and chips");
    const gone = insert(db, "fish soup");
    const tx = db.begin();
    tx.patch("", kept, { text: "meat" });
    tx.insert("", "t", { text: "my fish" });
    write(db, (other) => {
      other.remove("", gone);
      other.insert("", "t", { text: "their fish" });
    });
    const seen = collect(tx, searchQuery("t.search_text", "text", "fish")).map(({ value }) => value["text"]);
    expect(new Set(seen)).toEqual(new Set(["fish soup", "my fish"]));
    db.abandon(tx);
    expect(new Set(search(db, "fish"))).toEqual(new Set(["fish and chips", "their fish"]));
  });

  test("follows updates, removals and values that are no text", async () => {
    const db = await openPushed();
    const id = insert(db, "alpha beta");
    write(db, (tx) => tx.patch("", id, { text: "beta gamma" }));
    expect([search(db, "alpha"), search(db, "gamma")]).toEqual([[], ["beta gamma"]]);
    write(db, (tx) => tx.patch("", id, { org: "z" }));
    expect([search(db, "beta", { org: "a" }), search(db, "beta", { org: "z" })]).toEqual([[], ["beta gamma"]]);
    write(db, (tx) => tx.patch("", id, { text: 5 }));
    expect(search(db, "beta")).toEqual([]);
    write(db, (tx) => tx.patch("", id, { text: "beta" }));
    write(db, (tx) => tx.remove("", id));
    expect(search(db, "beta")).toEqual([]);
  });

  test("at most 1,024 results: asking for one more is an error, a limit is not", async () => {
    const db = await openPushed();
    write(db, (tx) => Array.from({ length: 1025 }, () => tx.insert("", "t", { text: "many" })));
    const query = searchQuery("t.search_text", "text", "many") as { operators: unknown[] };
    expect(() => search(db, "many")).toThrow("Search query scanned too many documents (fetched 1024).");
    const limited = { ...query, operators: [{ limit: 1024 }] };
    expect(read(db, (tx) => collect(tx, JSON.parse(JSON.stringify(limited))))).toHaveLength(1024);
  });

  test.each<[string, ReturnType<typeof searchQuery>, string]>([
    ["no search filter", { source: { type: "Search", indexName: "t.search_text", filters: [] }, operators: [] }, 'Search query against t.search_text does not contain any search filters. You must include a search filter like `q.search("text", searchText)`.'],
    ["unindexed filter", searchQuery("t.search_text", "text", "x", { n: 1 }), 'Search query against t.search_text contains an equality filter on "n" but that field isn\'t indexed for filtering in `filterFields`.'],
    ["nine filters", searchQuery("t.search_text", "text", "x", Object.fromEntries("abcdefghi".split("").map((field) => [field, 1]))), "Search query against t.search_text has too many filter conditions. Max: 8 Actual: 9"],
    ["other field", searchQuery("t.search_text", "org", "x"), 'Search query against t.search_text contains a search filter against "org", which doesn\'t match the indexed `searchField` "text".'],
    ["two searches", { source: { type: "Search", indexName: "t.search_text", filters: ["x", "y"].map((value) => ({ type: "Search", fieldPath: "text", value })) }, operators: [] }, 'Search query against t.search_text contains multiple search filters against "text". Only one is allowed.'],
    ["ordinary index", searchQuery("t.by_n", "text", "x"), "Index t.by_n is not a search index"],
    ["unknown index", searchQuery("t.nope", "text", "x"), "Index t.nope not found."],
  ])("refuses: %s", async (_name, query, text) => {
    const db = await openPushed();
    expect(() => read(db, (tx) => collect(tx, query))).toThrow(text);
  }); // prettier-ignore

  test("finds what a plain search through all documents finds", async () => {
    const word = fc.constantFrom<string>("a", "ab", "abc", "b", "bc", "c");
    const text = fc.array(word, { maxLength: 4 }).map((words) => words.join(" "));
    const org = fc.constantFrom("o1", "o2");
    const step = fc.oneof(
      fc.record({ kind: fc.constant("insert" as const), text, org }),
      fc.record({ kind: fc.constant("patch" as const), pick: fc.nat(), text, org }),
      fc.record({ kind: fc.constant("remove" as const), pick: fc.nat() }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 40, size: "max" }),
        fc.array(word, { minLength: 1, maxLength: 2 }),
        fc.option(org),
        fc.nat(39),
        async (steps, terms, wanted, uncommitted) => {
          const db = await openPushed();
          const model = new Map<string, { text: string; org: string }>();
          let tx = db.begin();
          for (const [position, one] of steps.entries()) {
            const id = [...model.keys()][one.kind === "insert" ? 0 : one.pick % Math.max(1, model.size)];
            if (one.kind === "insert") model.set(tx.insert("", "t", { text: one.text, org: one.org }), one);
            else if (id !== undefined && one.kind === "remove") {
              tx.remove("", id);
              model.delete(id);
            } else if (id !== undefined && one.kind === "patch") {
              tx.patch("", id, { text: one.text, org: one.org });
              model.set(id, one);
            }
            if (position < uncommitted) {
              db.commit(tx, null);
              tx = db.begin();
            }
          }
          const equals = wanted === null ? {} : { org: wanted };
          const found = collect(tx, searchQuery("t.search_text", "text", terms.join(" "), equals)).map(({ id }) => id);
          const last = terms.at(-1) ?? "";
          const isMatch = (doc: { text: string; org: string }) =>
            (wanted === null || doc.org === wanted) &&
            doc.text.split(" ").some((one) => one !== "" && (terms.includes(one) || one.startsWith(last)));
          const expected = [...model].filter(([, doc]) => isMatch(doc)).map(([id]) => id);
          expect(new Set(found)).toEqual(new Set(expected));
          expect(found).toHaveLength(expected.length);
          await db.close();
        },
      ),
      { numRuns: 100 },
    );
  });
});
