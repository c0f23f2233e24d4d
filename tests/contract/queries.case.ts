import fc from "fast-check";
import { expect } from "vitest";
import { api } from "../fixtures/contract/convex/_generated/api.js";
import { refuses, type Contract, type ContractBackend } from "./contract.ts";
import { anyRange, anyRow, modelQuery, type Row } from "./model.ts";

const ofKind = (kind: string) => ({ op: "eq" as const, field: "kind", value: kind });
const numbered = (count: number): Row[] => Array.from({ length: count }, (_, a) => ({ a }));

async function withRows(backend: ContractBackend, kind: string, rows: Row[]) {
  await backend.mutation(api.documents.insert, { kind, rows });
  return { index: "by_kind_a", range: [ofKind(kind)] };
}

/** Query shapes: ranges, filters, order and the ways to end a query (convex-facts d.3, e.2). */
export function queryCases(contract: Contract): void {
  rangeCases(contract);
  endingCases(contract);
  filterCases(contract);
}

function rangeCases(contract: Contract): void {
  contract.case("any range in any order answers what a plain sort and filter would", async (backend, kind) => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRow, { maxLength: 12 }),
        anyRange,
        fc.constantFrom("asc" as const, "desc" as const),
        async (rows, range, order) => {
          const own = `${kind} ${++run}`;
          await backend.mutation(api.documents.insert, { kind: own, rows });
          const answer = await backend.query(api.reading.collect, {
            index: "by_kind_a_b",
            range: [ofKind(own), ...range],
            order,
          });
          expect(answer).toEqual(modelQuery(rows, range, order));
        },
      ),
      { numRuns: 120, seed: 2 },
    );
  });

  contract.case(
    "rows with equal keys come in order of creation, and the whole key turns round",
    async (backend, kind) => {
      await backend.mutation(api.documents.insert, { kind, rows: [1, 2, 3, 4].map((b) => ({ a: "same", b })) });
      const spec = { index: "by_kind_a", range: [ofKind(kind)] };
      const up = await backend.query(api.reading.collect, spec);
      expect(up.map(({ b }) => b)).toEqual([1, 2, 3, 4]);
      const down = await backend.query(api.reading.collect, { ...spec, order: "desc" });
      expect(down.map(({ b }) => b)).toEqual([4, 3, 2, 1]);
    },
  );

  contract.case("nested index fields: a missing path is undefined", async (backend, kind) => {
    const nested = [{ x: 2 }, "no object", { y: 1 }, { x: 1 }, [1]];
    await backend.mutation(api.documents.insert, { kind, rows: nested.map((value) => ({ nested: value })) });
    const all = await backend.query(api.reading.collect, { index: "by_kind_nested", range: [ofKind(kind)] });
    expect(all.map((row) => row.nested)).toEqual(["no object", { y: 1 }, [1], { x: 1 }, { x: 2 }]);
    const range = [ofKind(kind), { op: "gte" as const, field: "nested.x", value: 1 }];
    const found = await backend.query(api.reading.collect, { index: "by_kind_nested", range });
    expect(found.map((row) => row.nested)).toEqual([{ x: 1 }, { x: 2 }]);
  });

  contract.case(
    "the built-in indexes: creation time is the scan's order, ids may be looked up",
    async (backend, kind) => {
      await withRows(backend, kind, numbered(4));
      const filter = ["eq", ["field", "kind"], ["value", kind]];
      const scanned = await backend.query(api.reading.ids, { filter });
      const byTime = await backend.query(api.reading.ids, { index: "by_creation_time", filter });
      expect(byTime).toEqual(scanned);
      const [second] = scanned.slice(1);
      const fromSecond = [{ op: "gte" as const, field: "_creationTime", value: second?.[1] ?? 0 }];
      expect(await backend.query(api.reading.ids, { index: "by_creation_time", range: fromSecond, filter })).toEqual(
        scanned.slice(1),
      );
      const byId = [{ op: "eq" as const, field: "_id", value: second?.[0] ?? "" }];
      expect(await backend.query(api.reading.ids, { index: "by_id", range: byId })).toEqual([second]);
    },
  );

  contract.case("the creation time may be ranged on after the declared fields", async (backend, kind) => {
    await withRows(backend, kind, numbered(3));
    const rows = await backend.query(api.reading.ids, { index: "by_kind", range: [ofKind(kind)] });
    const after = { op: "gt" as const, field: "_creationTime", value: rows[0]?.[1] ?? 0 };
    expect(await backend.query(api.reading.ids, { index: "by_kind", range: [ofKind(kind), after] })).toEqual(
      rows.slice(1),
    );
  });

  contract.case("a table that does not exist is empty", async (backend) => {
    expect(await backend.query(api.reading.missingTable, {})).toEqual([]);
  });

  contract.case(
    "ranges that do not fit the index are refused, in whatever order the calls came",
    async (backend, kind) => {
      const { index } = { index: "by_kind_a_b" };
      const collect = (range: { op: "eq" | "gt" | "gte" | "lt"; field: string; value?: unknown }[], name = index) =>
        backend.query(api.reading.collect, { index: name, range });
      const [k, a, b] = [
        ofKind(kind),
        { op: "eq" as const, field: "a", value: 1 },
        { op: "eq" as const, field: "b", value: 1 },
      ];
      expect(await collect([b, k, a])).toEqual([]);
      await refuses(
        backend,
        collect([k, b]),
        'didn\'t use the index fields in order.\nIndex fields: ["kind", "a", "b"]',
      );
      await refuses(
        backend,
        collect([{ op: "gt", field: "kind", value: "x" }, a]),
        "didn't use the index fields in order",
      );
      await refuses(backend, collect([k, { op: "gt", field: "c", value: 1 }]), "doesn't index this field");
      await refuses(
        backend,
        collect([k, { op: "gt", field: "a", value: 1 }, { op: "lt", field: "b", value: 1 }]),
        'can only be applied to a single index field. This query against index things.by_kind_a_b attempted to set a range bound on both "a" and "b"',
      );
      await refuses(
        backend,
        collect([k, { op: "gt", field: "a", value: 0 }, { op: "gte", field: "a", value: 1 }]),
        'Already defined lower bound in index range. Can\'t add "a" >= 1.',
      );
      await refuses(backend, collect([k, a, a]), "Already defined equality bound in index range.");
      await refuses(backend, collect([], "by_nothing"), "Index things.by_nothing not found.");
    },
    { "convex-test": "it scans the whole table and accepts any set of bounds" },
  );
}

function endingCases(contract: Contract): void {
  contract.case("first, take and iteration stop where they should", async (backend, kind) => {
    const spec = await withRows(backend, kind, numbered(5));
    expect(await backend.query(api.reading.first, spec)).toEqual({ a: 0 });
    expect(await backend.query(api.reading.first, { ...spec, order: "desc" })).toEqual({ a: 4 });
    expect(await backend.query(api.reading.take, { ...spec, count: 0 })).toEqual([]);
    expect(await backend.query(api.reading.take, { ...spec, count: 2 })).toEqual([{ a: 0 }, { a: 1 }]);
    expect(await backend.query(api.reading.take, { ...spec, count: 99 })).toHaveLength(5);
    expect(await backend.query(api.reading.iterate, { ...spec, until: 3 })).toEqual([0, 1, 2]);
    const nothing = { ...spec, range: [ofKind(`${kind} none`)] };
    expect(await backend.query(api.reading.first, nothing)).toBeNull();
    expect(await backend.query(api.reading.collect, nothing)).toEqual([]);
  });

  contract.case("unique: none is null, one is itself, two are an error", async (backend, kind) => {
    const spec = { index: "by_kind", range: [ofKind(kind)] };
    expect(await backend.query(api.reading.unique, spec)).toBeNull();
    await withRows(backend, kind, [{ a: "only" }]);
    expect(await backend.query(api.reading.unique, spec)).toEqual({ a: "only" });
    await withRows(backend, kind, [{ a: "second" }]);
    await expect(backend.query(api.reading.unique, spec)).rejects.toThrow(
      "unique() query returned more than one result",
    );
  });

  contract.case("take counts what passed the filter", async (backend, kind) => {
    const spec = await withRows(backend, kind, numbered(9));
    const filter = ["eq", ["mod", ["field", "a"], ["value", 2]], ["value", 0]];
    expect(await backend.query(api.reading.take, { ...spec, filter, count: 3 })).toEqual([
      { a: 0 },
      { a: 2 },
      { a: 4 },
    ]);
  });

  contract.case("order may be given once", async (backend) => {
    await expect(backend.query(api.reading.orderTwice, {})).rejects.toThrow(
      "Queries may only specify order at most once",
    );
  });
}

function filterCases(contract: Contract): void {
  const comparisons = async (backend: ContractBackend, kind: string) => {
    const rows: Row[] = [{}, { a: null }, { a: 3n }, { a: 2.5 }, { a: "x" }, { a: [1] }];
    const spec = await withRows(backend, kind, rows);
    const passing = async (filter: unknown) =>
      (await backend.query(api.reading.collect, { ...spec, filter })).map(({ a }) => a);
    const a = ["field", "a"];
    expect(await passing(["lt", a, ["value", 0]])).toEqual([undefined, null, 3n]);
    expect(await passing(["gte", a, ["value", 2.5]])).toEqual([2.5, "x", [1]]);
    expect(await passing(["eq", a, ["missing"]])).toEqual([undefined]);
    expect(await passing(["neq", a, ["missing"]])).toEqual([null, 3n, 2.5, "x", [1]]);
    expect(await passing(["eq", a, ["value", 3]])).toEqual([]);
    expect(await passing(["and", ["gt", a, ["value", null]], ["lt", a, ["value", "x"]]])).toEqual([3n, 2.5]);
    expect(await passing(["or", ["eq", a, ["value", "x"]], ["eq", a, ["value", 3n]]])).toEqual([3n, "x"]);
    expect(await passing(["not", ["eq", a, ["value", "x"]]])).toHaveLength(5);
  };
  contract.case("comparisons in filters use the order of all types", comparisons, {
    "convex-test": "it compares with JavaScript's own operators",
  });

  contract.case("arithmetic in filters", async (backend, kind) => {
    const spec = await withRows(backend, kind, numbered(6));
    const passing = async (filter: unknown) =>
      (await backend.query(api.reading.collect, { ...spec, filter })).map(({ a }) => a);
    const a = ["field", "a"];
    expect(await passing(["eq", ["add", a, ["value", 1]], ["value", 3]])).toEqual([2]);
    expect(await passing(["eq", ["sub", ["value", 5], a], ["value", 1]])).toEqual([4]);
    expect(await passing(["eq", ["mul", a, a], ["value", 9]])).toEqual([3]);
    expect(await passing(["eq", ["div", a, ["value", 2]], ["value", 2.5]])).toEqual([5]);
    if (backend.name === "embedded") {
      // convex-test knows no negation.
      expect(await passing(["lt", ["neg", a], ["value", -4]])).toEqual([5]);
    }
  });

  contract.case(
    "filters refuse operands of the wrong type",
    async (backend, kind) => {
      const spec = await withRows(backend, kind, [{ a: 1 }]);
      const evaluate = (filter: unknown) => backend.query(api.reading.collect, { ...spec, filter });
      await expect(evaluate(["eq", ["add", ["field", "a"], ["value", 1n]], ["value", 2]])).rejects.toThrow();
      await expect(evaluate(["not", ["field", "a"]])).rejects.toThrow();
      await expect(evaluate(["eq", ["div", ["value", 1n], ["value", 0n]], ["value", 0n]])).rejects.toThrow();
      const overflow = ["add", ["value", 2n ** 63n - 1n], ["value", 1n]];
      await expect(evaluate(["eq", overflow, ["value", 0n]])).rejects.toThrow();
    },
    { "convex-test": "it evaluates filters with JavaScript's own operators" },
  );
}
