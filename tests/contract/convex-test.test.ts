/// <reference types="vite/client" />
import { convexTest } from "convex-test";
import { afterAll, beforeAll, describe, vi } from "vitest";
import schema from "../fixtures/contract/convex/schema";
import { contractFor, type ContractBackend } from "./contract.ts";
import { SUITES } from "./suites.ts";

const START_MS = Date.parse("2026-10-20T08:00:00Z");
const modules = import.meta.glob("../fixtures/contract/convex/**/*.*s");

const deploy = () => convexTest(schema, modules);

type Deployment = ReturnType<typeof deploy>;
type Call = (ref: unknown, args: unknown) => Promise<never>;
interface Calls {
  query: Call;
  mutation: Call;
  action: Call;
  fetch: Deployment["fetch"];
}

/** The references are any of the fixture's; convex-test's own types want to know which. */
function untyped(calls: Pick<Deployment, keyof Calls>): Calls {
  return calls as unknown as Calls;
}

function contractBackend(t: Deployment, calls = untyped(t)): ContractBackend {
  return {
    name: "convex-test",
    query: (ref, args) => calls.query(ref, args),
    mutation: (ref, args) => calls.mutation(ref, args),
    action: (ref, args) => calls.action(ref, args),
    as: (user) => contractBackend(t, untyped(t.withIdentity(user))),
    fetch: (path, init) => calls.fetch(path, init),
    nowMs: async () => Date.now(),
    advanceBy: async (ms) => {
      await vi.advanceTimersByTimeAsync(ms);
      await t.finishInProgressScheduledFunctions();
    },
  };
}

let backend: ContractBackend;

beforeAll(() => {
  vi.useFakeTimers({ now: START_MS, toFake: ["setTimeout", "clearTimeout", "Date"] });
  backend = contractBackend(deploy());
});

afterAll(() => void vi.useRealTimers());

for (const [name, cases] of Object.entries(SUITES)) {
  describe(name, () => cases(contractFor("convex-test", () => backend)));
}
