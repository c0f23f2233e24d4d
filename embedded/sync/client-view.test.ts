import { describe, expect, test } from "vitest";
import type { AddQuery, ModifyQuerySet } from "./client-messages.ts";
import { ClientView, type QueryRun, type TrackedQuery, type TransitionPlan } from "./client-view.ts";

const add = (queryId: number): AddQuery => ({
  type: "Add",
  queryId,
  udfPath: `module:query${queryId}`,
  args: [{}],
  journal: null,
  componentPath: "",
});
const modify = (baseVersion: number, ...modifications: ModifyQuerySet["modifications"]): ModifyQuerySet => ({
  type: "ModifyQuerySet",
  baseVersion,
  newVersion: baseVersion + 1,
  modifications,
});
const result = (value: string, journal: string | null = null): QueryRun => ({
  fingerprint: value,
  journal,
  modification: (queryId) => ({ type: "QueryUpdated", queryId, value, logLines: [], journal }),
});
const answer = (plan: TransitionPlan, value: (query: TrackedQuery) => string): Map<TrackedQuery, QueryRun> =>
  new Map(plan.toRun.map((query) => [query, result(value(query))]));

describe("ClientView", () => {
  test("each transition starts where the last ended", () => {
    const view = new ClientView();
    view.modifyQuerySet(modify(0, add(0)));
    const first = view.begin(10n);
    view.finish(
      first,
      answer(first, () => "1"),
    );
    const second = view.begin(11n);
    expect(first.startVersion).toEqual({ querySet: 0, identity: 0, ts: 0n });
    expect(first.endVersion).toEqual({ querySet: 1, identity: 0, ts: 10n });
    expect(second.startVersion).toEqual(first.endVersion);
    expect(second.toRun).toEqual([]);
  });

  test("an equal result is not told twice, a different one is", () => {
    const view = new ClientView();
    view.modifyQuerySet(modify(0, add(0)));
    const told = ["same", "same", "other"].map((value, index) => {
      const plan = view.begin(BigInt(index + 1));
      const modifications = view.finish(
        plan,
        answer(plan, () => value),
      );
      plan.toRun.forEach((query) => view.invalidate(query));
      return modifications.length;
    });
    expect(told).toEqual([1, 0, 1]);
  });

  test("an invalidated query runs again, the others do not", () => {
    const view = new ClientView();
    view.modifyQuerySet(modify(0, add(0), add(1)));
    const first = view.begin(1n);
    view.finish(
      first,
      answer(first, () => "v"),
    );
    const [zero] = first.toRun;
    if (zero !== undefined) view.invalidate(zero);
    expect(view.begin(2n).toRun.map(({ queryId }) => queryId)).toEqual([0]);
  });

  test("modifications come in query order, removals included", () => {
    const view = new ClientView();
    view.modifyQuerySet(modify(0, add(3), add(1)));
    const first = view.begin(1n);
    view.finish(
      first,
      answer(first, () => "v"),
    );
    view.modifyQuerySet(modify(1, { type: "Remove", queryId: 3 }, add(5), add(2)));
    const second = view.begin(2n);
    const modifications = view.finish(
      second,
      answer(second, () => "w"),
    );
    expect(modifications.map(({ type, queryId }) => [type, queryId])).toEqual([
      ["QueryUpdated", 2],
      ["QueryRemoved", 3],
      ["QueryUpdated", 5],
    ]);
  });

  test("what arrives while a transition is computed belongs to the next", () => {
    const view = new ClientView();
    view.modifyQuerySet(modify(0, add(0)));
    const first = view.begin(1n);
    view.modifyQuerySet(modify(1, { type: "Remove", queryId: 0 }, add(1)));
    expect(
      view.finish(
        first,
        answer(first, () => "v"),
      ),
    ).toHaveLength(1);
    expect(first.endVersion.querySet).toBe(1);
    const second = view.begin(2n);
    expect(second.endVersion.querySet).toBe(2);
    expect(second.removed).toEqual([0]);
    expect(second.toRun.map(({ queryId }) => queryId)).toEqual([1]);
  });

  test("a new identity runs everything again, even what was running meanwhile", () => {
    const view = new ClientView();
    view.modifyQuerySet(modify(0, add(0)));
    const first = view.begin(1n);
    view.checkIdentityBase(0);
    view.identityChanged();
    view.finish(
      first,
      answer(first, () => "as nobody"),
    );
    const second = view.begin(2n);
    expect(second.endVersion.identity).toBe(1);
    expect(second.toRun).toHaveLength(1);
  });

  test("the journal of the last run is given to the next", () => {
    const view = new ClientView();
    view.modifyQuerySet(modify(0, { ...add(0), journal: "from the client" }));
    const first = view.begin(1n);
    expect(first.toRun[0]?.journal).toBe("from the client");
    view.finish(first, new Map(first.toRun.map((query) => [query, result("v", "newest")])));
    first.toRun.forEach((query) => view.invalidate(query));
    expect(view.begin(2n).toRun[0]?.journal).toBe("newest");
  });

  test("skipped versions are the client's mistake, confused query ids are an internal error", () => {
    const view = new ClientView();
    expect(() => view.modifyQuerySet(modify(3, add(0)))).toThrow(
      "Base version 3 passed up doesn't match the current version 0",
    );
    expect(() => view.checkIdentityBase(1)).toThrow(expect.objectContaining({ code: "BaseVersionMismatch" }));
    view.modifyQuerySet(modify(0, add(0)));
    expect(() => view.modifyQuerySet(modify(1, add(0)))).toThrow("Duplicate query id 0");
    expect(() => view.modifyQuerySet(modify(1, { type: "Remove", queryId: 9 }))).toThrow("Unknown query id 9");
  });
});
