import type { JSONValue } from "convex/values";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
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
import type { CommitOutcome, Database, Transaction } from "./types.ts";

const schema = schemaJson(
  tableJson("t", {
    indexes: [
      { indexDescriptor: "by_n", fields: ["n"] },
      { indexDescriptor: "by_group_n", fields: ["group", "n"] },
    ],
    searchIndexes: [{ indexDescriptor: "search_text", searchField: "text", filterFields: ["group"] }],
  }),
);

async function openFilled(ns: readonly number[] = []): Promise<{ db: Database; ids: string[] }> {
  const { db } = openTestDatabase();
  await push(db, schema);
  const ids = write(db, (tx) => ns.map((n) => tx.insert("", "t", { n, group: n % 2 === 0 ? "even" : "odd" })));
  return { db, ids };
}

/** `mine` begins, `theirs` commits in between, `mine` tries to commit. */
function race(db: Database, mine: (tx: Transaction) => void, theirs: (tx: Transaction) => void): CommitOutcome {
  const tx = db.begin();
  mine(tx);
  write(db, theirs, "test:other");
  return db.commit(tx, "test:mine");
}

const mark = (tx: Transaction) => void tx.insert("", "log", { text: "wrote something" });

describe("conflicts", () => {
  test("lost update: both read, both write the same document", async () => {
    const { db, ids } = await openFilled([1]);
    const id = ids[0] ?? "";
    const increment = (tx: Transaction) => {
      const n = tx.get("", id)?.value["n"];
      tx.patch("", id, { n: Number(n) + 1 });
    };
    expect(race(db, increment, increment)).toEqual({
      kind: "conflict", table: "t", documentId: id, writer: "test:other",
    }); // prettier-ignore
    write(db, increment);
    expect(read(db, (tx) => tx.get("", id)?.value["n"])).toBe(3);
  });

  test("write skew: each reads what the other writes", async () => {
    const { db, ids } = await openFilled([1, 2]);
    const [a, b] = [ids[0] ?? "", ids[1] ?? ""];
    const outcome = race(
      db,
      (tx) => void (tx.get("", a) !== null && tx.patch("", b, { on: false })),
      (tx) => void (tx.get("", b) !== null && tx.patch("", a, { on: false })),
    );
    expect(outcome.kind).toBe("conflict");
  });

  test("phantom: a row appears in a range that was found empty", async () => {
    const { db } = await openFilled([1, 9]);
    const reader = (tx: Transaction) => {
      collect(tx, rangeQuery("t.by_n", [["Gt", "n", 1], ["Lt", "n", 9]])); // prettier-ignore
      mark(tx);
    };
    expect(race(db, reader, (tx) => void tx.insert("", "t", { n: 5 })).kind).toBe("conflict");
    expect(race(db, reader, (tx) => void tx.insert("", "t", { n: 9 })).kind).toBe("committed");
    expect(race(db, reader, (tx) => void tx.insert("", "t", { n: 1 })).kind).toBe("committed");
  });

  test.each<[string, "asc" | "desc", number, number]>([
    ["ascending", "asc", 1, 4],
    ["descending", "desc", 8, 3],
  ])("%s: a query with a limit reads up to its last row only", async (_name, order, inside, outside) => {
    const { db } = await openFilled([2, 4, 6]);
    const first = (tx: Transaction) => {
      tx.openQuery("", rangeQuery("t.by_n", [], order, [{ limit: 1 }])).next();
      mark(tx);
    };
    expect(race(db, first, (tx) => void tx.insert("", "t", { n: outside })).kind).toBe("committed");
    expect(race(db, first, (tx) => void tx.insert("", "t", { n: inside })).kind).toBe("conflict");
  });

  test("rows dropped by a filter were read all the same", async () => {
    const { db, ids } = await openFilled([1, 2, 3]);
    const query = rangeQuery("t.by_n", [], "asc", [{ filter: { $eq: [{ $field: "n" }, 2] } }, { limit: 1 }]);
    const reader = (tx: Transaction) => {
      collect(tx, query);
      mark(tx);
    };
    expect(race(db, reader, (tx) => void tx.patch("", ids[2] ?? "", { x: 1 })).kind).toBe("committed");
    expect(race(db, reader, (tx) => void tx.patch("", ids[0] ?? "", { x: 1 })).kind).toBe("conflict");
  });

  test("a document that left the range, or was deleted, was read there", async () => {
    const { db, ids } = await openFilled([1, 2, 3]);
    const reader = (tx: Transaction) => {
      collect(tx, rangeQuery("t.by_n", [["Lt", "n", 3]]));
      mark(tx);
    };
    expect(race(db, reader, (tx) => void tx.patch("", ids[0] ?? "", { n: 100 })).kind).toBe("conflict");
    expect(race(db, reader, (tx) => void tx.remove("", ids[1] ?? "")).kind).toBe("conflict");
    expect(race(db, reader, (tx) => void tx.remove("", ids[2] ?? "")).kind).toBe("committed");
  });

  test("blind inserts, reads of other documents and read-only transactions never conflict", async () => {
    const { db, ids } = await openFilled([1, 2]);
    expect(race(db, mark, mark).kind).toBe("conflict"); // Both create the table "log".
    expect(race(db, mark, mark).kind).toBe("committed");
    const other = (tx: Transaction) => void tx.patch("", ids[1] ?? "", { x: 1 });
    expect(race(db, (tx) => void tx.patch("", ids[0] ?? "", { x: 1 }), other).kind).toBe("committed");
    expect(race(db, (tx) => void collect(tx, scanQuery("t")), other).kind).toBe("committed");
  });

  test("a table or document that was found missing", async () => {
    const { db, ids } = await openFilled([1]);
    const looksForTable = (tx: Transaction) => {
      expect(collect(tx, scanQuery("later"))).toEqual([]);
      mark(tx);
    };
    write(db, mark);
    expect(race(db, looksForTable, (tx) => void tx.insert("", "later", {})).kind).toBe("conflict");
    const gone = ids[0] ?? "";
    write(db, (tx) => tx.remove("", gone));
    const looksForDocument = (tx: Transaction) => {
      expect(tx.get("", gone)).toBeNull();
      mark(tx);
    };
    const revive = (tx: Transaction) => void tx.system.insert("", "t", { _id: gone, _creationTime: 5 });
    expect(race(db, looksForDocument, revive).kind).toBe("conflict");
  });

  test("reads stay in the read set when writes are rolled back", async () => {
    const { db, ids } = await openFilled([1]);
    const outcome = race(
      db,
      (tx) => {
        const savepoint = tx.savepoint();
        tx.patch("", ids[0] ?? "", { x: 1 });
        tx.rollbackTo(savepoint);
        mark(tx);
      },
      (tx) => void tx.patch("", ids[0] ?? "", { x: 2 }),
    );
    expect(outcome.kind).toBe("conflict");
  });

  test("search: terms and filters decide", async () => {
    const { db } = await openFilled();
    write(db, mark);
    const search = (tx: Transaction) => {
      collect(tx, searchQuery("t.search_text", "text", "red ap", { group: "a" }));
      mark(tx);
    };
    const insert = (text: string, group: string) => (tx: Transaction) => void tx.insert("", "t", { text, group });
    expect(race(db, search, insert("apple", "a")).kind).toBe("conflict");
    expect(race(db, search, insert("RED!", "a")).kind).toBe("conflict");
    expect(race(db, search, insert("apple", "b")).kind).toBe("committed");
    expect(race(db, search, insert("reddish banana", "a")).kind).toBe("committed");
  });

  test("count reads the whole table", async () => {
    const { db } = await openFilled([1, 2]);
    write(db, mark);
    const counts = (tx: Transaction) => {
      expect(tx.count("", "t")).toBeGreaterThan(1);
      mark(tx);
    };
    expect(race(db, counts, (tx) => void tx.insert("", "t", {})).kind).toBe("conflict");
    expect(race(db, counts, mark).kind).toBe("committed");
  });
});

describe("serializability", () => {
  const order = fc.constantFrom("asc" as const, "desc" as const);
  const n = fc.nat(12);
  const query = fc.oneof(
    fc.record({ order, lo: n, hi: n, limit: fc.integer({ min: 1, max: 4 }) }).map(
      ({ order: direction, lo, hi, limit }): JSONValue =>
        rangeQuery("t.by_n", [["Gte", "n", lo], ["Lt", "n", hi]], direction, [{ limit }]), // prettier-ignore
    ),
    fc.record({ order, n, limit: fc.option(fc.integer({ min: 1, max: 3 })) }).map(
      ({ order: direction, n: from, limit }): JSONValue =>
        rangeQuery("t.by_group_n", [["Eq", "group", "odd"], ["Gt", "n", from]], direction, limit === null ? [] : [{ limit }]), // prettier-ignore
    ),
    fc
      .record({ order, limit: fc.integer({ min: 1, max: 3 }) })
      .map(({ order: direction, limit }): JSONValue => scanQuery("t", direction, [{ limit }])),
    fc.constantFrom("red", "re", "green re").map((text): JSONValue => searchQuery("t.search_text", "text", text)),
  );
  const change = fc.oneof(
    fc.record({ kind: fc.constant("insert" as const), n, text: fc.constantFrom("red", "green", "blue") }),
    fc.record({ kind: fc.constant("move" as const), pick: fc.nat(), n, text: fc.constantFrom("red", "green") }),
    fc.record({ kind: fc.constant("remove" as const), pick: fc.nat() }),
  );

  function apply(
    tx: Transaction,
    ids: readonly string[],
    one: typeof change extends fc.Arbitrary<infer T> ? T : never,
  ) {
    if (one.kind === "insert") {
      tx.insert("", "t", { n: one.n, group: one.n % 2 === 0 ? "even" : "odd", text: one.text });
      return;
    }
    const id = ids[one.pick % ids.length] ?? "";
    if (tx.get("", id) === null) return;
    if (one.kind === "remove") tx.remove("", id);
    else tx.patch("", id, { n: one.n, group: one.n % 2 === 0 ? "even" : "odd", text: one.text });
  }

  /** What the query finds. Of a search the set: relevance also depends on documents that do not match. */
  function find(tx: Transaction, asked: JSONValue): string[] {
    const found = collect(tx, asked).map(({ json }) => json);
    return JSON.stringify(asked).includes('"type":"Search"') ? found.sort() : found;
  }

  test("what a transaction read still holds when it commits; a subscriber misses no change", async () => {
    const round = fc.record({ query, mine: change, others: fc.array(change, { minLength: 1, maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 8 }), async (rounds) => {
        const { db, ids } = await openFilled([1, 3, 4, 7, 9, 10]);
        for (const { query: asked, mine, others } of rounds) {
          const tx = db.begin();
          const seen = find(tx, asked);
          const watcher = db.begin({ readOnly: true });
          collect(watcher, asked);
          let isTold = false;
          db.subscribe(watcher.reads, watcher.beginTs, () => (isTold = true));
          for (const other of others) write(db, (their) => apply(their, ids, other));
          const now = read(db, (fresh) => find(fresh, asked));
          const isSame = JSON.stringify(now) === JSON.stringify(seen);
          await db.durable(db.latestTs);
          if (!isSame) expect(isTold).toBe(true);
          expect(db.isUnchanged(watcher.reads, watcher.beginTs, db.latestTs)).toBe(!isTold);
          apply(tx, ids, mine);
          tx.insert("", "t", { n: -1 });
          if (db.commit(tx, null).kind === "committed") expect(now).toEqual(seen);
        }
        await db.close();
      }),
      { numRuns: 200 },
    );
  });
});
