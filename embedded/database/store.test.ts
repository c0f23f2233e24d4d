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

// Rows 1 to 8, each with one entry in either index; what is written waits in the process until somebody reads.
const step = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), rowid: fc.integer({ min: 1, max: 8 }), text: fc.string() }),
  fc.record({
    kind: fc.constant("move" as const),
    rowid: fc.integer({ min: 1, max: 8 }),
    key: fc.constantFrom("a", "m", "z"),
  }),
  fc.record({ kind: fc.constant("remove" as const), rowid: fc.integer({ min: 1, max: 8 }) }),
  fc.record({
    kind: fc.constant("read" as const),
    lo: fc.constantFrom("", "b", "n"),
    rowid: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({ kind: fc.constant("flush" as const) }),
);

test("reads see what waits to be written, whatever was written since the last one", () => {
  const [byId, byKey] = [IX, IX + 1];
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      clear();
      store.sql("DELETE FROM entries WHERE ix = ?").run([byKey]);
      const model = new Map<number, { key: string; json: string }>();
      const keyOf = (rowid: number, key: string) => `${key}${rowid}`;
      for (const each of steps) {
        if (each.kind === "put") {
          const json = JSON.stringify(each.text);
          const before = model.get(each.rowid);
          if (before === undefined) {
            store.insertDocument(each.rowid, json, json.length);
            store.putEntry(byId, String(each.rowid), each.rowid);
            store.putEntry(byKey, keyOf(each.rowid, "m"), each.rowid);
          } else store.updateDocument(each.rowid, json, json.length);
          model.set(each.rowid, { key: before?.key ?? "m", json });
        } else if (each.kind === "move") {
          const before = model.get(each.rowid);
          if (before === undefined || before.key === each.key) continue;
          store.deleteEntry(byKey, keyOf(each.rowid, before.key));
          store.putEntry(byKey, keyOf(each.rowid, each.key), each.rowid);
          model.set(each.rowid, { ...before, key: each.key });
        } else if (each.kind === "remove") {
          const before = model.get(each.rowid);
          if (before === undefined) continue;
          store.deleteDocument(each.rowid);
          store.deleteEntry(byId, String(each.rowid));
          store.deleteEntry(byKey, keyOf(each.rowid, before.key));
          model.delete(each.rowid);
        } else if (each.kind === "read") {
          const expected = [...model]
            .map(([rowid, { key, json }]) => ({ key: keyOf(rowid, key), document: { rowid, size: json.length, json } }))
            .filter(({ key }) => key >= each.lo)
            .sort((a, b) => (a.key < b.key ? -1 : 1));
          expect(store.documents(byKey, each.lo, KEY_MAX, "asc", 100)).toEqual(
            expected.map(({ document }) => document),
          );
          expect(store.point(byId, String(each.rowid))?.json).toBe(model.get(each.rowid)?.json);
        } else store.sql("SELECT 1").get([]);
      }
      expect(store.countEntries(byKey)).toBe(model.size);
      store.sql("DELETE FROM entries WHERE ix = ?").run([byKey]);
    }),
  );
});
