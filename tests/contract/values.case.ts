import type { Value } from "convex/values";
import fc from "fast-check";
import { expect } from "vitest";
import { api } from "../fixtures/contract/convex/_generated/api.js";
import { refuses, type Contract } from "./contract.ts";
import { anyValue, ORDERED_VALUES } from "./model.ts";

/** Values through arguments, results and documents, and the order between them (convex-facts e.1, e.2). */
export function valueCases(contract: Contract): void {
  contract.case("every value comes back as it was, through queries, mutations and actions", async (backend) => {
    for (const value of ORDERED_VALUES) {
      if (value === undefined) continue;
      expect(await backend.query(api.documents.echo, { value })).toEqual(value);
      expect(await backend.mutation(api.documents.echoThroughMutation, { value })).toEqual(value);
    }
    expect(await backend.action(api.documents.echoThroughAction, { value: [1n, -0, { x: NaN }] })).toEqual([
      1n,
      -0,
      { x: NaN },
    ]);
  });

  contract.case("any nested value survives an argument, a document and a result", async (backend, kind) => {
    await fc.assert(
      fc.asyncProperty(anyValue, async (value) => {
        const [id] = await backend.mutation(api.documents.insert, { kind, rows: [{ a: value }] });
        const document = await backend.query(api.documents.get, { id: id ?? "" });
        expect(document?.a).toEqual(value);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  contract.case("an undefined result is null, undefined fields are dropped, null is kept", async (backend) => {
    expect(await backend.query(api.documents.returnsUndefined, {})).toBeNull();
    expect(await backend.query(api.documents.dropsUndefined, {})).toEqual({ kept: 1, nil: null });
    const value = { here: null, gone: undefined } as unknown as Value;
    expect(await backend.query(api.documents.keysOf, { value })).toEqual(["here"]);
  });

  contract.case("an index puts all types in Convex's order", async (backend, kind) => {
    const shuffled = ORDERED_VALUES.map((a, position) => ({ a, at: (position * 17) % ORDERED_VALUES.length }))
      .sort((x, y) => x.at - y.at)
      .map(({ a }) => (a === undefined ? {} : { a }));
    await backend.mutation(api.documents.insert, { kind, rows: shuffled });
    const range = [{ op: "eq" as const, field: "kind", value: kind }];
    const up = await backend.query(api.reading.collect, { index: "by_kind_a", range });
    expect(up.map(({ a }) => a)).toEqual(ORDERED_VALUES);
    const down = await backend.query(api.reading.collect, { index: "by_kind_a", range, order: "desc" });
    expect(down.map(({ a }) => a)).toEqual([...ORDERED_VALUES].reverse());
  });

  contract.case("values that look alike are different keys", async (backend, kind) => {
    await backend.mutation(api.documents.insert, {
      kind,
      rows: ORDERED_VALUES.map((a) => (a === undefined ? {} : { a })),
    });
    for (const value of [-0, 0, 0n, 1, 1n, NaN, "", "a", undefined, null, false]) {
      const found = await backend.query(api.reading.collect, {
        index: "by_kind_a",
        range: [
          { op: "eq", field: "kind", value: kind },
          value === undefined ? { op: "eq", field: "a" } : { op: "eq", field: "a", value },
        ],
      });
      expect(found.map(({ a }) => a)).toEqual([value]);
    }
  });

  contract.case(
    "field names: any printable ASCII, not `$` first, `_` first only for system fields",
    async (backend, kind) => {
      const fine = { "": 1, " ": 2, "a b": 3, "x.y": 4, "0": 5, "~": 6 };
      const [id] = await backend.mutation(api.documents.insert, { kind, rows: [{ a: fine }] });
      expect((await backend.query(api.documents.get, { id: id ?? "" }))?.a).toEqual(fine);
      const write = (value: Record<string, Value>) =>
        backend.mutation(api.documents.insertRaw, { table: "things", value: { kind, ...value } });
      await refuses(backend, write({ $a: 1 }), "'$', which is reserved");
      await refuses(backend, write({ ä: 1 }), "Field names can only contain non-control ASCII characters");
    },
  );

  contract.case(
    "names that only the backend refuses",
    async (backend, kind) => {
      const write = (a: Value) => backend.mutation(api.documents.insert, { kind, rows: [{ a }] });
      await refuses(backend, write({ ["n".repeat(1025)]: 1 }), "exceeds maximum field name length 1024");
      const system = backend.mutation(api.documents.insertRaw, { table: "undeclared", value: { kind, _own: 1 } });
      await refuses(backend, system, "starts with an underscore, which is only allowed for system fields like '_id'");
    },
    { "convex-test": "it does not check names inside values" },
  );

  contract.case(
    "half a surrogate pair is refused",
    async (backend) => {
      const lone = backend.query(api.documents.echo, { value: { text: "\ud800" } });
      await expect(lone).rejects.toThrow();
    },
    { "convex-test": "strings are not checked" },
  );
}
