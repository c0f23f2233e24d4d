import { expect } from "vitest";
import { api } from "../fixtures/contract/convex/_generated/api.js";
import { refuses, type Contract } from "./contract.ts";

const DEEPEST_CALL = 8;

/** Calls inside functions (convex-facts d.6), identities and function handles. */
export function nestingCases(contract: Contract): void {
  rollbackCases(contract);
  callCases(contract);
}

function rollbackCases(contract: Contract): void {
  contract.case("a failed child takes its own writes with it and nothing else", async (backend, kind) => {
    // convex-test loses int64 in the data of an error that a mutation catches.
    const int64 = backend.name === "embedded" ? { n: 7n } : {};
    const answer = await backend.mutation(api.nesting.sequence, {
      kind,
      steps: [
        { a: 1, fails: false },
        { a: 2, fails: true },
        { a: 3, fails: false },
        { a: 4, fails: true, data: { why: "wanted", ...int64 } },
      ],
    });
    expect(answer).toEqual({ caught: ["plain", { why: "wanted", ...int64 }], seen: [1, 3] });
    await backend.advanceBy(1);
    // What the failed children scheduled is gone as well.
    expect(await backend.query(api.nesting.list, { kind })).toEqual([1, 3]);
  });

  contract.case("what a child's child wrote goes when the child fails later", async (backend, kind) => {
    expect(await backend.mutation(api.nesting.nestedRollback, { kind })).toEqual(["before", "after"]);
    expect(await backend.query(api.nesting.list, { kind })).toEqual(["before", "after"]);
  });

  contract.case("when the parent fails, so did everything", async (backend, kind) => {
    await expect(backend.mutation(api.nesting.failAll, { kind })).rejects.toThrow("The parent failed");
    expect(await backend.query(api.nesting.list, { kind })).toEqual([]);
  });

  contract.case(
    "calls of an action are transactions of their own; a ConvexError keeps its data",
    async (backend, kind) => {
      expect(await backend.action(api.nesting.fromAction, { kind })).toEqual({
        caught: { why: "wanted", count: 2n },
        seen: ["first"],
        inner: "HELLO",
      });
    },
  );

  contract.case("a stale snapshot does not see the mutation's own writes", async (backend, kind) => {
    await backend.mutation(api.documents.insert, { kind, rows: [{ a: "old" }] });
    // Rows of one instant are in no particular order.
    await backend.advanceBy(1);
    expect(await backend.mutation(api.nesting.stale, { kind })).toEqual({ stale: ["old"], fresh: ["old", "new"] });
  });
}

function callCases(contract: Contract): void {
  contract.case("arguments and results of nested calls are checked", async (backend) => {
    await refuses(
      backend,
      backend.query(api.nesting.wrongArguments, {}),
      "ArgumentValidationError: Value does not match validator.\nPath: .n",
    );
    await refuses(
      backend,
      backend.query(api.nesting.wrongReturn, {}),
      "ReturnsValidationError: Value does not match validator.",
    );
  });

  contract.case(
    "eight calls deep and no deeper",
    async (backend) => {
      expect(await backend.query(api.nesting.deep, { levels: DEEPEST_CALL })).toBe(DEEPEST_CALL);
      const tooDeep = backend.query(api.nesting.deep, { levels: DEEPEST_CALL + 1 });
      await refuses(
        backend,
        tooDeep,
        "Cross component call depth limit exceeded. Do you have an infinite loop in your app?",
      );
    },
    { "convex-test": "it has no such limit" },
  );

  contract.case(
    "function handles are texts that stay the same and can be called and scheduled",
    async (backend, kind) => {
      const { handle, same } = await backend.query(api.nesting.handleIsText, {});
      expect(handle).toMatch(/^function:\/\//);
      expect(same).toBe(true);
      expect(await backend.mutation(api.nesting.throughHandle, { kind })).toEqual(["by handle"]);
      await backend.advanceBy(1);
      // Rows of one instant are in no particular order.
      const rows = await backend.query(api.nesting.list, { kind });
      expect(new Set(rows)).toEqual(new Set(["by handle", "by handle, later"]));
    },
  );

  contract.case("the caller's identity reaches functions and what actions call", async (backend) => {
    expect(await backend.query(api.nesting.whoAmI, {})).toBeNull();
    const ann = backend.as({ subject: "ann", issuer: "https://issuer.example", name: "Ann" });
    const identity = { subject: "ann", issuer: "https://issuer.example", name: "Ann" };
    expect(await ann.query(api.nesting.whoAmI, {})).toEqual(identity);
    expect(await ann.action(api.nesting.whoAmIFromAction, {})).toEqual(identity);
  });
}
