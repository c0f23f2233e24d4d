import { describe, expect, it } from "vitest";
import { declaredFunctions } from "./functions.ts";

/**
 * Public functions of @convex-dev/auth itself: the library's own contract with its client, not built with our
 * builders.
 */
const LIBRARY_FUNCTIONS = /^auth:/;

/** The only actions a client may call (design rule 11): signing in and out. */
const CLIENT_ACTIONS = ["auth:signIn", "auth:signOut"];

describe("public functions", async () => {
  const functions = await declaredFunctions();
  const ours = functions.filter((fn) => fn.isPublic && !LIBRARY_FUNCTIONS.test(fn.name));

  it("are exactly the pinned list: adding one is a decision", () => {
    expect(functions.filter((fn) => fn.isPublic).map((fn) => `${fn.type} ${fn.name}`)).toMatchSnapshot();
  });

  it.each(ours.map((fn) => [fn.name, fn] as const))("%s validates its arguments and its result", (_, fn) => {
    expect(fn.args.type).toBe("object");
    expect(fn.returns).not.toBeNull();
    expect(fn.returns?.type).not.toBe("any");
  });

  it("are no actions, but for signing in and out", () => {
    const actions = functions.filter((fn) => fn.isPublic && fn.type === "action").map((fn) => fn.name);
    expect(actions.filter((name) => !CLIENT_ACTIONS.includes(name))).toEqual([]);
  });
});

describe("internal functions", async () => {
  const internals = (await declaredFunctions()).filter((fn) => !fn.isPublic && !LIBRARY_FUNCTIONS.test(fn.name));
  it.each(internals.map((fn) => [fn.name, fn] as const))("%s validates its arguments and its result", (_, fn) => {
    expect(fn.args.type).toBe("object");
    expect(fn.returns).not.toBeNull();
  });
});
