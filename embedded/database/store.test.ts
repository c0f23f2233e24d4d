import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { KEY_MAX } from "../value/key.ts";
import { Store } from "./store.ts";

const IX = 1000;

let directory: string;
let store: Store;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "store-"));
  store = new Store(join(directory, "database.sqlite"));
});

beforeEach(clear);

afterAll(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

function clear(): void {
  store.ensureBatch();
  store.sql("DELETE FROM entries WHERE ix = ?").run([IX]);
  store.sql("DELETE FROM documents").run([]);
}

/** Puts documents into the index under their keys; rows get numbers in the order given. */
function put(rows: readonly { key: string; json: string }[]): void {
  store.ensureBatch();
  rows.forEach(({ key, json }, i) => {
    store.insertDocument(i + 1, json, json.length * 3);
    store.putEntry(IX, key, i + 1);
  });
}

const row = fc.record({
  key: fc.string({ unit: fc.constantFrom("a", "b", "\x00", "\xfe"), minLength: 1, maxLength: 6 }),
  json: fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => JSON.stringify({ text: `${text}\n\u0000 ü€😀` })),
});

test("documents of a range come in the index's order, up to the limit", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(row, { selector: ({ key }) => key, maxLength: 80 }),
      fc.constantFrom("asc" as const, "desc" as const),
      fc.constantFrom(1, 2, 16, 64, 65, 1024),
      fc.constantFrom("", "a", "b\x00"),
      (rows, order, limit, lo) => {
        clear();
        put(rows);
        const ordered = rows
          .map(({ key, json }, i) => ({ key, document: { rowid: i + 1, size: json.length * 3, json } }))
          .filter(({ key }) => key >= lo)
          .sort((a, b) => (a.key < b.key ? -1 : 1));
        if (order === "desc") ordered.reverse();
        const expected = ordered.slice(0, limit).map(({ document }) => document);
        expect(store.documents(IX, lo, KEY_MAX, order, limit)).toEqual(expected);
      },
    ),
  );
});
