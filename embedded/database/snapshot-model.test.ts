import { compareValues, convexToJson, type JSONValue, type Value } from "convex/values";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fieldAt } from "../value/document.ts";
import {
  collect,
  openTestDatabase,
  push,
  rangeQuery,
  scanQuery,
  schemaJson,
  tableJson,
  type RangeStep,
} from "./testing.ts";
import type { Database, Transaction } from "./types.ts";

/**
 * Random work on several overlapping transactions, compared step by step with plain maps: what a snapshot sees must be
 * the documents at its beginning plus its own writes, in the order of a plain sort, whatever others commit meanwhile.
 */

type Doc = Record<string, Value>;
type Model = Map<string, Doc>;

const FIELDS = ["a", "b.c"];
const INDEX_FIELDS = [...FIELDS, "_creationTime"];

const scalar = fc.constantFrom<Value>(null, -1n, 2n, -0, 0, 1.5, NaN, true, "", "a", "a\0", "b", "\u{1F600}", []);
const nested = fc.oneof(scalar, fc.constant({ c: 1 }), fc.constant({ c: "x" }), fc.constant({ d: 1 }));
const body = fc.record({ a: scalar, b: nested }, { requiredKeys: [] });
const bound = fc.oneof(scalar, fc.constant(undefined));

const range = fc.oneof(
  fc.constant<RangeStep[]>([]),
  bound.map((value): RangeStep[] => [["Eq", "a", value]]),
  fc.tuple(bound, bound).map(([a, b]): RangeStep[] => [["Eq", "b.c", b], ["Eq", "a", a]]), // prettier-ignore
  fc.tuple(bound, bound).map(([a, b]): RangeStep[] => [["Gt", "a", a], ["Lte", "a", b]]), // prettier-ignore
  fc.tuple(bound, bound).map(([a, b]): RangeStep[] => [["Gte", "a", a], ["Lt", "a", b]]), // prettier-ignore
  fc.tuple(bound, bound).map(([a, b]): RangeStep[] => [["Eq", "a", a], ["Gte", "b.c", b]]), // prettier-ignore
);

const actor = fc.nat(3);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("insert" as const), actor, body }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("patch" as const), actor, pick: fc.nat(), body }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("replace" as const), actor, pick: fc.nat(), body }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), actor, pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("commit" as const), actor }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("savepoint" as const), actor }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rollback" as const), actor }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("query" as const),
      actor,
      range,
      order: fc.constantFrom("asc" as const, "desc" as const),
      limit: fc.option(fc.nat(3)),
      useIndex: fc.boolean(),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Actor {
  tx: Transaction;
  model: Model;
  saved: { savepoint: ReturnType<Transaction["savepoint"]>; model: Model } | null = null;

  constructor(
    private readonly db: Database,
    committed: Model,
  ) {
    this.tx = db.begin();
    this.model = new Map(committed);
  }

  /** Applies a step; returns the model to be seen by transactions that begin from now on, when the step changed it. */
  run(one: Step, committed: Model): Model | null {
    switch (one.kind) {
      case "insert": {
        const id = this.tx.insert("", "t", convexToJson(one.body as Value));
        this.model.set(id, this.tx.get("", id)?.value ?? {});
        expect(this.model.get(id)).toMatchObject(one.body);
        return null;
      }
      case "patch":
      case "replace":
      case "remove":
        this.#change(one);
        return null;
      case "savepoint":
        this.saved = { savepoint: this.tx.savepoint(), model: new Map(this.model) };
        return null;
      case "rollback":
        if (this.saved !== null) {
          this.tx.rollbackTo(this.saved.savepoint);
          this.model = this.saved.model;
          this.saved = null;
        }
        return null;
      case "query":
        this.#compare(one);
        return null;
      case "commit": {
        const before = committed;
        const after = this.db.commit(this.tx, "test:writer").kind === "committed" ? this.#merged(before) : before;
        this.tx = this.db.begin();
        this.model = new Map(after);
        this.saved = null;
        this.#base = new Map(after);
        return after;
      }
    }
  }

  #base: Model = new Map();

  start(committed: Model): void {
    this.#base = new Map(committed);
  }

  #merged(committed: Model): Model {
    const merged = new Map(committed);
    for (const [id, doc] of this.model) if (this.#base.get(id) !== doc) merged.set(id, doc);
    for (const id of this.#base.keys()) if (!this.model.has(id)) merged.delete(id);
    return merged;
  }

  #change(one: Extract<Step, { kind: "patch" | "replace" | "remove" }>): void {
    const ids = [...this.model.keys()];
    const id = ids[one.pick % Math.max(1, ids.length)];
    const old = id === undefined ? undefined : this.model.get(id);
    if (id === undefined || old === undefined) return;
    if (one.kind === "remove") {
      this.tx.remove("", id);
      this.model.delete(id);
      return;
    }
    const json = convexToJson(one.body as Value);
    const system = { _id: old["_id"] ?? null, _creationTime: old["_creationTime"] ?? null };
    const next = one.kind === "patch" ? { ...old, ...(one.body as Doc) } : { ...(one.body as Doc), ...system };
    const stored = one.kind === "patch" ? this.tx.patch("", id, json) : this.tx.replace("", id, json);
    expect(compareValues(stored.value, next)).toBe(0);
    this.model.set(id, next);
  }

  #compare({ range: steps, order, limit, useIndex }: Extract<Step, { kind: "query" }>): void {
    const operators: JSONValue[] = limit === null ? [] : [{ limit }];
    const query = useIndex ? rangeQuery("t.by_a_bc", steps, order, operators) : scanQuery("t", order, operators);
    const found = collect(this.tx, query).map(({ id }) => id);
    const fields = useIndex ? [...INDEX_FIELDS, "_id"] : ["_creationTime", "_id"];
    const expected = [...this.model.values()]
      .filter((doc) => !useIndex || steps.every((one) => isInside(doc, one)))
      .sort((x, y) => compareValues(keyOf(x, fields) as Value, keyOf(y, fields) as Value))
      .map((doc) => doc["_id"]);
    if (order === "desc") expected.reverse();
    expect(found).toEqual(limit === null ? expected : expected.slice(0, limit));
  }
}

function keyOf(doc: Doc, fields: readonly string[]): (Value | undefined)[] {
  return fields.map((field) => fieldAt(doc, field.split(".")));
}

function isInside(doc: Doc, [type, field, value]: RangeStep): boolean {
  const order = compareValues(fieldAt(doc, field.split(".")), value);
  return { Eq: order === 0, Gt: order > 0, Gte: order >= 0, Lt: order < 0, Lte: order <= 0 }[type];
}

const schema = schemaJson(tableJson("t", { indexes: [{ indexDescriptor: "by_a_bc", fields: FIELDS }] }));

test("overlapping transactions see their snapshot and their own writes, in index order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 120, size: "max" }), async (steps) => {
      const { db, clock } = openTestDatabase();
      await push(db, schema);
      let committed: Model = new Map();
      const actors = Array.from({ length: 4 }, () => {
        const one = new Actor(db, committed);
        one.start(committed);
        return one;
      });
      for (const [position, one] of steps.entries()) {
        if (position % 7 === 0) await clock.advanceTo(clock.nowMs() + 1, () => Promise.resolve());
        committed = actors[one.actor]?.run(one, committed) ?? committed;
      }
      const fresh = db.begin({ readOnly: true });
      expect(new Set(collect(fresh, scanQuery("t")).map(({ id }) => id))).toEqual(new Set(committed.keys()));
      expect(fresh.count("", "t")).toBe(committed.size);
      await db.close();
    }),
    { numRuns: 150 },
  );
});
