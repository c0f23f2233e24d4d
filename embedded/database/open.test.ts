import { expect, test } from "vitest";
import { ManualClock } from "../clock.ts";
import { openDatabase } from "./open.ts";

test("smoke", async () => {
  const db = openDatabase({ path: ":memory:", clock: new ManualClock(1_700_000_000_000) });
  const tx = db.begin();
  const id = tx.insert("", "messages", { body: "hello", n: 1 });
  expect(tx.get("", id)?.value).toMatchObject({ body: "hello", _id: id, _creationTime: 1_700_000_000_000 });
  const out = db.commit(tx, "m:send");
  expect(out.kind).toBe("committed");
  await db.durable(db.latestTs);
  const q = db.begin({ readOnly: true });
  const stream = q.openQuery("", {
    source: { type: "FullTableScan", tableName: "messages", order: null },
    operators: [],
  });
  expect(stream.next()?.json).toBe(`{"_creationTime":1700000000000,"_id":"${id}","body":"hello","n":1}`);
  expect(stream.next()).toBeNull();
  const fired: bigint[] = [];
  db.subscribe(q.reads, q.beginTs, (ts) => fired.push(ts));
  const tx2 = db.begin();
  tx2.patch("", id, { n: 2, body: { $undefined: null } });
  db.commit(tx2, "x");
  expect(fired).toEqual([]);
  await db.durable(db.latestTs);
  expect(fired).toEqual([db.latestTs]);
  const schema = {
    schemaValidation: true,
    tables: [
      {
        tableName: "messages",
        indexes: [{ indexDescriptor: "by_n", fields: ["n"] }],
        searchIndexes: [],
        documentType: { type: "object", value: { n: { fieldType: { type: "number" }, optional: false } } },
      },
    ],
  };
  const prep = db.prepareSchema("", schema);
  expect(await prep.done).toEqual({ ok: true });
  const tx3 = db.begin();
  db.activateSchema(tx3, "", schema);
  expect(db.commit(tx3, null).kind).toBe("committed");
  const tx4 = db.begin();
  expect(
    tx4
      .openQuery("", {
        source: {
          type: "IndexRange",
          indexName: "messages.by_n",
          range: [{ type: "Eq", fieldPath: "n", value: 2 }],
          order: "asc",
        },
        operators: [],
      })
      .next()?.id,
  ).toBe(id);
  await db.close();
});
