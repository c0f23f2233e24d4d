import type { Value } from "convex/values";
import { expect } from "vitest";
import { api } from "../fixtures/contract/convex/_generated/api.js";
import { refuses, type Contract, type ContractBackend } from "./contract.ts";

const IDS = "its ids are counters with the table's name";

async function insertOne(backend: ContractBackend, kind: string, row: Record<string, Value> = {}): Promise<string> {
  const [id] = await backend.mutation(api.documents.insert, { kind, rows: [row] });
  if (id === undefined) throw new Error("Nothing was inserted");
  return id;
}

/** The last letter changed, which breaks the checksum. */
function damaged(id: string): string {
  return id.slice(0, -1) + (id.endsWith("0") ? "1" : "0");
}

/** insert, patch, replace, delete, ids and creation times (convex-facts d.3, e.3, e.4). */
export function writeCases(contract: Contract): void {
  patchCases(contract);
  transactionCases(contract);
  schemaCases(contract);
  idCases(contract);
}

function patchCases(contract: Contract): void {
  contract.case("patch merges the top level only; undefined removes a field, null stays", async (backend, kind) => {
    const id = await insertOne(backend, kind, { a: { x: 1, y: 2 }, b: 1 });
    const merged = await backend.mutation(api.documents.patch, { id, value: { a: { x: 9 } } });
    expect(merged).toMatchObject({ a: { x: 9 }, b: 1, kind });
    expect((merged as { a: object }).a).toEqual({ x: 9 });
    const removed = await backend.mutation(api.documents.patch, { id, value: { a: null }, removed: ["b", "nested"] });
    expect(Object.keys(removed ?? {}).sort()).toEqual(["_creationTime", "_id", "a", "kind"]);
    expect(removed?.a).toBeNull();
    const same = await backend.mutation(api.documents.patch, { id, value: {} });
    expect(same).toEqual(removed);
  });

  contract.case("a removed field is undefined in its index, a null one is not", async (backend, kind) => {
    const id = await insertOne(backend, kind, { a: 1 });
    const missing = {
      index: "by_kind_a",
      range: [
        { op: "eq" as const, field: "kind", value: kind },
        { op: "eq" as const, field: "a" },
      ],
    };
    expect(await backend.query(api.reading.collect, missing)).toEqual([]);
    await backend.mutation(api.documents.patch, { id, value: { a: null } });
    expect(await backend.query(api.reading.collect, missing)).toEqual([]);
    await backend.mutation(api.documents.patch, { id, value: {}, removed: ["a"] });
    expect(await backend.query(api.reading.collect, missing)).toEqual([{}]);
  });

  contract.case("replace leaves nothing but the system fields", async (backend, kind) => {
    const id = await insertOne(backend, kind, { a: 1, b: 2 });
    const before = await backend.query(api.documents.get, { id });
    const after = await backend.mutation(api.documents.replace, { id, value: { kind, nested: 3 } });
    expect(after).toEqual({ _id: id, _creationTime: before?._creationTime, kind, nested: 3 });
  });

  contract.case("system fields are accepted in patch and replace only as they are", async (backend, kind) => {
    const id = await insertOne(backend, kind);
    const document = await backend.query(api.documents.get, { id });
    const own = { _id: id, _creationTime: document?._creationTime ?? 0 };
    expect(await backend.mutation(api.documents.patch, { id, value: { ...own, a: 1 } })).toMatchObject({
      a: 1,
      ...own,
    });
    expect(await backend.mutation(api.documents.replace, { id, value: { ...own, kind } })).toEqual({ ...own, kind });
  });

  contract.case(
    "other system fields are refused",
    async (backend, kind) => {
      const id = await insertOne(backend, kind);
      const other = await insertOne(backend, kind);
      for (const call of [api.documents.patch, api.documents.replace] as const) {
        await refuses(
          backend,
          backend.mutation(call, { id, value: { kind, _id: other } }),
          "doesn't match '_id' field",
        );
        const time = backend.mutation(call, { id, value: { kind, _creationTime: 1 } });
        await refuses(backend, time, "doesn't match '_creationTime' field");
      }
      const insert = (value: Record<string, Value>) =>
        backend.mutation(api.documents.insertRaw, { table: "things", value: { kind, ...value } });
      await refuses(backend, insert({ _id: id }), "Provided document ID");
      await refuses(backend, insert({ _creationTime: 1 }), "Provided creation time");
    },
    { "convex-test": "it overwrites some of them silently" },
  );

  contract.case("a deleted document is gone for get, queries and writes", async (backend, kind) => {
    const id = await insertOne(backend, kind, { a: 1 });
    expect(await backend.mutation(api.documents.remove, { id })).toBeNull();
    expect(await backend.query(api.documents.get, { id })).toBeNull();
    const again = (text: string) => `${text} on nonexistent document ID ${id}`;
    await refuses(backend, backend.mutation(api.documents.remove, { id }), again("Delete"));
    await refuses(backend, backend.mutation(api.documents.patch, { id, value: {} }), again("Update"));
    await refuses(backend, backend.mutation(api.documents.replace, { id, value: { kind } }), again("Replace"));
  });
}

function transactionCases(contract: Contract): void {
  contract.case("a mutation reads what it wrote", async (backend, kind) => {
    expect(await backend.mutation(api.documents.readOwnWrites, { kind })).toEqual({
      inserted: [1, 2],
      patched: [3, 2],
      deleted: [3],
      gone: null,
    });
  });

  contract.case("rows deleted while they are read are all seen once", async (backend, kind) => {
    await backend.mutation(api.documents.insert, { kind, rows: [1, 2, 3].map((a) => ({ a })) });
    expect(await backend.mutation(api.documents.writeWhileReading, { kind })).toEqual({ seen: [1, 2, 3], left: null });
  });

  contract.case("a mutation that throws leaves nothing", async (backend, kind) => {
    await expect(backend.mutation(api.errors.inMutation, { kind, how: "plain" })).rejects.toThrow("It broke");
    expect(await backend.query(api.nesting.list, { kind })).toEqual([]);
  });

  contract.case("a refused write may be caught, and the rest is kept", async (backend, kind) => {
    expect(await backend.mutation(api.errors.caughtWrite, { kind })).toBe("caught");
    expect(await backend.query(api.nesting.list, { kind })).toEqual(["kept"]);
  });

  contract.case(
    "a write that was not awaited is made all the same",
    async (backend, kind) => {
      await backend.mutation(api.documents.dangling, { kind });
      expect(await backend.query(api.nesting.list, { kind })).toEqual(["not awaited"]);
    },
    { "convex-test": "it ends the transaction when the handler returns" },
  );

  contract.case(
    "creation times rise within a transaction, in steps smaller than a millisecond",
    async (backend, kind) => {
      await backend.mutation(api.documents.insert, { kind, rows: Array.from({ length: 20 }, () => ({})) });
      const spec = { index: "by_kind", range: [{ op: "eq" as const, field: "kind", value: kind }] };
      const times = (await backend.query(api.reading.ids, spec)).map(([, time]) => time);
      expect(times.every((time, position) => position === 0 || time > (times[position - 1] ?? Infinity))).toBe(true);
      const [first = 0] = times;
      expect(Math.abs(first - (await backend.nowMs()))).toBeLessThan(60_000);
      if (backend.name === "embedded") expect((times.at(-1) ?? 0) - first).toBeLessThan(1);
    },
  );
}

function schemaCases(contract: Contract): void {
  contract.case("documents must match the schema", async (backend) => {
    const insert = (value: Value) => backend.mutation(api.documents.insertStrict, { value });
    expect(await insert({ name: "ok", size: 1 })).toEqual(expect.any(String));
    const prefix = 'Failed to insert or update a document in table "strict" because it does not match the schema: ';
    await refuses(backend, insert({}), `${prefix}Object is missing the required field \`name\`. Consider wrapping`);
    await refuses(
      backend,
      insert({ name: "x", more: 1 }),
      `${prefix}Object contains extra field \`more\` that is not in the validator.`,
    );
    await refuses(
      backend,
      insert({ name: "x", size: 1n }),
      "Value does not match validator.\nPath: .size\nValue: 1\nValidator: v.float64()",
    );
    await refuses(backend, insert({ name: null }), "Path: .name\nValue: null\nValidator: v.string()");
  });

  contract.case("ids in documents must be of the right table", async (backend, kind) => {
    const thing = await insertOne(backend, kind);
    const strict = await backend.mutation(api.documents.insertStrict, { value: { name: "x", owner: thing } });
    const wrong = backend.mutation(api.documents.insertStrict, { value: { name: "x", owner: strict } });
    await refuses(
      backend,
      wrong,
      `Found ID "${strict}" from table \`strict\`, which does not match the table name in validator \`v.id("things")\``,
    );
  });
}

function idCases(contract: Contract): void {
  contract.case("normalizeId: the table's own ids, null for any other text", async (backend, kind) => {
    const id = await insertOne(backend, kind);
    const normalize = (table: "things" | "strict", text: string) =>
      backend.query(api.documents.normalize, { table, text });
    expect(await normalize("things", id)).toBe(id);
    expect(await normalize("strict", id)).toBeNull();
    for (const text of ["", "x", "hello world", `${id}0`, "🙂"]) expect(await normalize("things", text)).toBeNull();
    await backend.mutation(api.documents.remove, { id });
    expect(await normalize("things", id)).toBe(id);
  });

  contract.case("an id argument of another table is refused", async (backend) => {
    const strict = await backend.mutation(api.documents.insertStrict, { value: { name: "x" } });
    const wrong = backend.query(api.documents.takesId, { id: strict as never });
    await refuses(backend, wrong, "ArgumentValidationError: Found ID");
  });

  contract.case(
    "ids have a canonical form and a checksum",
    async (backend, kind) => {
      const id = await insertOne(backend, kind);
      expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{32}$/);
      const normalize = (text: string) => backend.query(api.documents.normalize, { table: "things", text });
      for (const text of [damaged(id), id.toUpperCase(), id.slice(1)]) expect(await normalize(text)).toBeNull();
    },
    { "convex-test": IDS },
  );

  contract.case(
    "get tells a text that is no id from a document that is not there",
    async (backend, kind) => {
      const id = await insertOne(backend, kind);
      const get = (text: string) => backend.query(api.documents.get, { id: text });
      const prefix = "Invalid argument `id` for `db.get`: Unable to decode ID";
      await refuses(backend, get("ilou".repeat(8)), `${prefix}: ID wasn't valid base32`);
      await refuses(backend, get("abc"), `${prefix}: Invalid ID length 3`);
      await refuses(backend, get(damaged(id)), prefix);
      const wrong = backend.query(api.documents.getFrom, { table: "strict", id });
      await refuses(
        backend,
        wrong,
        'Invalid argument `id` for `db.get`: expected to be an Id<"strict">, got Id<"things"> instead.',
      );
      expect(await backend.query(api.documents.getFrom, { table: "things", id })).toMatchObject({ _id: id });
    },
    { "convex-test": IDS },
  );
}
