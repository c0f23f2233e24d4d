import { ConvexError, type Value } from "convex/values";
import { expect } from "vitest";
import { api } from "../fixtures/contract/convex/_generated/api.js";
import { refuses, type Contract } from "./contract.ts";

/** What it was refused with. Waits at once: several asked together may fail in any order. */
function thrownBy(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

/** What a failing function tells its caller (convex-facts a.10, d.4). */
export function errorCases(contract: Contract): void {
  contract.case("an error's text arrives and has no data", async (backend, kind) => {
    const errors = await Promise.all([
      thrownBy(backend.query(api.errors.inQuery, { how: "plain" })),
      thrownBy(backend.mutation(api.errors.inMutation, { how: "plain", kind })),
      thrownBy(backend.action(api.errors.inAction, { how: "plain" })),
    ]);
    for (const error of errors) {
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(ConvexError);
      expect((error as Error).message).toContain("It broke");
    }
  });

  contract.case("a ConvexError's data arrives as it was", async (backend, kind) => {
    const all: Value[] = ["text", { code: "x", n: 3n, bytes: new Uint8Array([1]).buffer }, [1, -0, NaN], null, 0];
    for (const data of all) {
      const errors = await Promise.all([
        thrownBy(backend.query(api.errors.inQuery, { how: "data", data })),
        thrownBy(backend.mutation(api.errors.inMutation, { how: "data", data, kind })),
        thrownBy(backend.action(api.errors.inAction, { how: "data", data })),
      ]);
      for (const error of errors) expect(error).toMatchObject({ data });
    }
  });

  contract.case(
    "the error's text names the request and the place",
    async (backend) => {
      const attempt = backend.query(api.errors.inQuery, { how: "plain" });
      await expect(attempt).rejects.toThrow(
        /\[Request ID: [0-9a-f]{16}\] Server Error\nUncaught Error: It broke\n {4}at fail \(\.\.\/convex\/errors\.ts:\d+:\d+\)/,
      );
      await expect(backend.query(api.errors.subclass, {})).rejects.toThrow('Uncaught FooError: {"code":"foo"}');
    },
    { "convex-test": "it throws the function's own error, without wrapping" },
  );

  contract.case("arguments are checked, each mistake in its own words", async (backend) => {
    const call = (args: Record<string, Value>) => backend.query(api.errors.typed, args as never);
    expect(await call({ text: "fine", count: 1, choice: 2 })).toBeNull();
    await refuses(
      backend,
      call({}),
      "ArgumentValidationError: Object is missing the required field `text`. Consider wrapping the field validator in `v.optional(...)` if this is expected.",
    );
    await refuses(
      backend,
      call({ text: "x", more: 1 }),
      "Object contains extra field `more` that is not in the validator.",
    );
    await refuses(
      backend,
      call({ text: 1 }),
      "Value does not match validator.\nPath: .text\nValue: 1.0\nValidator: v.string()",
    );
    await refuses(backend, call({ text: "x", count: "1" }), 'Path: .count\nValue: "1"\nValidator: v.float64()');
    await refuses(backend, call({ text: "x", choice: "y" }), "Value does not match validator.\nPath: .choice");
  });

  contract.case(
    "functions that are not there, or are of another type",
    async (backend) => {
      const call = (path: string) => backend.query(path as unknown as typeof api.nesting.whoAmI, {});
      await expect(call("nesting:nothing")).rejects.toThrow("Could not find public function for 'nesting:nothing'.");
      await expect(call("documents:dangling")).rejects.toThrow(
        "Trying to execute documents.js:dangling as Query, but it is defined as Mutation.",
      );
    },
    { "convex-test": "it takes references, not paths" },
  );
}
